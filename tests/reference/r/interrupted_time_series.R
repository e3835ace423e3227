# Broken lines by R: lm with sandwich::NeweyWest, glm of quasi-Poisson and quasi-binomial, alone and compared.
# Rscript tests/reference/r/interrupted_time_series.R > tests/reference/r/interrupted_time_series.json
# The series are made by formulas, so that the test can make the same ones.
suppressMessages(library(sandwich))
n <- 60
t <- 0:(n - 1)
since <- t - 32
post <- as.numeric(since >= 0)
slope <- pmax(since + 1, 0)
month <- t %% 12
wave <- function(a, b) sin(a * t + b * t^2 / 10)
y <- 20 + 0.05 * t - 1.5 * post + 0.04 * slope + wave(1.7, 0.3) + 0.8 * wave(0.31, 0.02)
other <- 18 + 0.03 * t + 0.7 * wave(1.1, 0.2) + 0.5 * wave(0.27, 0.01)
cases <- 200 + 40 * cos(0.9 * t)
count <- round(cases * exp(-1 + 0.004 * t - 0.25 * post + 0.15 * wave(1.7, 0.3)))
control <- round(cases * exp(-1.2 + 0.002 * t + 0.12 * wave(1.1, 0.2)))
share <- round(cases * plogis(-0.5 + 0.01 * t - 0.4 * post + 0.3 * wave(1.7, 0.3))) / cases
strict <- glm.control(epsilon = 1e-15, maxit = 200)
lines <- function(name, fit, errors) {
  rows <- sprintf('    "%s": [%.15g, %.15g]', names(coef(fit)), coef(fit), errors)
  sprintf('  "%s": {\n%s\n  }', name, paste(rows, collapse = ",\n"))
}
own <- function(fit) sqrt(diag(vcov(fit)))
newey <- function(fit) sqrt(diag(NeweyWest(fit, lag = 3, prewhite = FALSE, adjust = TRUE)))
harmonic <- cbind(s1 = sin(2 * pi * month / 12), c1 = cos(2 * pi * month / 12))
step <- lm(y ~ t + post)
both <- lm(y ~ t + post + slope)
bend <- lm(y ~ t + slope)
season <- lm(y ~ t + post + harmonic)
months <- lm(y ~ t + post + factor(month))
gap <- lm(I(y - other) ~ t + post + slope)
poisson <- glm(count ~ t + post + offset(log(cases)), family = quasipoisson, control = strict)
binomial <- glm(share ~ t + post, weights = cases, family = quasibinomial, control = strict)
pilot <- rep(c(1, 0), each = n)
T <- rep(t, 2); P <- rep(post, 2); S <- rep(slope, 2); C <- rep(cases, 2); K <- c(count, control)
joint <- glm(K ~ pilot * (T + P + S) + offset(log(C)), family = quasipoisson, control = strict)
cat("{\n")
cat(paste(
  lines("step_iid", step, own(step)), lines("step_hac", step, newey(step)),
  lines("both_iid", both, own(both)), lines("both_hac", both, newey(both)),
  lines("slope_hac", bend, newey(bend)),
  lines("fourier_hac", season, newey(season)), lines("month_iid", months, own(months)),
  lines("gap_hac", gap, newey(gap)),
  lines("poisson_iid", poisson, own(poisson)), lines("poisson_hac", poisson, newey(poisson)),
  lines("binomial_iid", binomial, own(binomial)), lines("binomial_hac", binomial, newey(binomial)),
  lines("joint_iid", joint, own(joint)),
  sprintf('  "dispersion": {"poisson": %.15g, "binomial": %.15g, "joint": %.15g}',
          summary(poisson)$dispersion, summary(binomial)$dispersion, summary(joint)$dispersion),
  sep = ",\n"))
cat("\n}\n")
