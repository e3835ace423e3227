# Lines with related noise by R: arima (ML), nlme::gls (REML), StructTS, MASS::glm.nb, a transfer function by
# profile likelihood; the counts of Schaffer et al. 2021.
# Rscript tests/reference/r/noise_models.R > tests/reference/r/noise_models.json
# The series are made by formulas, so that the test can make the same ones.
suppressMessages({library(nlme); library(MASS)})
n <- 72
t <- 0:(n - 1)
start <- 40
post <- as.numeric(t >= start)
slope <- pmax(t - start + 1, 0)
wave <- function(a, b) sin(a * t + b * t^2 / 10)
y <- 20 + 0.05 * t - 1.5 * post + 0.6 * wave(1.7, 0.3) + 0.9 * wave(0.31, 0.02) + 0.5 * wave(0.83, 0.011)
X <- cbind(t, post)
print_row <- function(name, ...) sprintf('  "%s": [%s]', name, paste(sprintf("%.12g", c(...)), collapse = ", "))
strict <- list(maxit = 1000, reltol = 1e-15)
ml <- function(order) {
  fits <- lapply(c("BFGS", "Nelder-Mead"), function(by)
    arima(y, order, xreg = X, method = "ML", optim.method = by, optim.control = strict))
  fits[[which.max(sapply(fits, function(one) one$loglik))]]
}
rows <- c()
for (order in list(c(1, 0, 0), c(2, 0, 0), c(1, 0, 1))) {
  fit <- ml(order)
  name <- sprintf("ml_%d%d", order[1], order[3])
  rows <- c(rows, print_row(name, coef(fit), fit$loglik))
}
# REML; p and q with corARMA, errors of the coefficients with the noise taken for known.
data <- data.frame(y = y, t = t, post = post, slope = slope)
tight <- glsControl(maxIter = 500, msMaxIter = 500, tolerance = 1e-12, msTol = 1e-14)
for (order in list(c(1, 0), c(2, 0), c(1, 1))) {
  fit <- gls(y ~ t + post, data, correlation = corARMA(p = order[1], q = order[2]), method = "REML", control = tight)
  noise <- coef(fit$modelStruct$corStruct, unconstrained = FALSE)
  name <- sprintf("reml_%d%d", order[1], order[2])
  rows <- c(rows, print_row(name, noise, coef(fit), sqrt(diag(vcov(fit))), as.numeric(logLik(fit))))
}
# A gap in the series: the run-in left out.
gap <- data[t < start | t >= start + 5, ]
fit <- gls(y ~ t + post, gap, correlation = corAR1(form = ~t), method = "REML", control = tight)
rows <- c(rows, print_row("gap", coef(fit$modelStruct$corStruct, unconstrained = FALSE), coef(fit), sqrt(diag(vcov(fit)))))
# Box and Tiao: the carry-over by profile likelihood over arima fits.
reached <- function(d) ifelse(t >= start, 1 - d^(t - start + 1), 0)
gradual <- y + 1.5 * post - 2.5 * reached(0.75)
profile <- function(d) arima(gradual, c(1, 0, 0), xreg = cbind(t, reached(d)), method = "ML", optim.control = strict)
best <- optimize(function(d) profile(d)$loglik, c(0.3, 0.93), maximum = TRUE, tol = 1e-10)
rows <- c(rows, print_row("transfer", best$maximum, coef(profile(best$maximum)), best$objective))
# The forecast by arima of the periods before the start: average and its error from the state space form.
before <- arima(y[t < start], c(1, 0, 0), xreg = t[t < start], method = "ML", optim.control = strict)
ahead <- predict(before, n.ahead = n - start, newxreg = t[t >= start])
rows <- c(rows, print_row("forecast", coef(before), before$sigma2, mean(y[t >= start] - ahead$pred)))
# The local level without a line: variances.
level <- StructTS(ts(y[t < start]), type = "level", optim.control = list(factr = 1, pgtol = 0, maxit = 1000))
rows <- c(rows, print_row("local_level", level$coef))
# Counts that vary more than chance.
cases <- 200 + 40 * cos(0.9 * t)
count <- round(cases * exp(-1 + 0.004 * t - 0.25 * post + 0.35 * wave(1.7, 0.3)))
nb <- glm.nb(count ~ t + post + offset(log(cases)), control = glm.control(epsilon = 1e-14, maxit = 500))
rows <- c(rows, print_row("negative_binomial", coef(nb), sqrt(diag(vcov(nb))), 1 / nb$theta))
# Schaffer, Dobbins and Pearson 2021 (BMC Medical Research Methodology 21, 58; data under CC0): dispensing of
# quetiapine per month, ARIMA(2, 1, 0)(0, 1, 1)12 with a step and a ramp from January 2014.
dispensed <- c(
  16831, 17234, 20546, 19226, 21136, 20939, 21103, 22897, 22162, 22184, 23108, 25967,
  20123, 21715, 24497, 21720, 25053, 23915, 24972, 26183, 24163, 26172, 26642, 29086,
  24002, 24190, 26052, 26707, 29077, 26927, 30300, 29854, 28824, 31519, 32084, 33160,
  24827, 23285, 23884, 21921, 22715, 19919, 20560, 18961, 18780, 17998, 16624, 18450)
change <- cbind(step = rep(0:1, c(36, 12)), ramp = c(rep(0, 36), 1:12))
fit <- arima(dispensed, c(2, 1, 0), list(order = c(0, 1, 1), period = 12), xreg = change, method = "ML", optim.control = strict)
rows <- c(rows, print_row("dispensed", dispensed), print_row("schaffer", coef(fit), sqrt(diag(vcov(fit)))[4:5], fit$loglik))
cat("{\n")
cat(paste(rows, collapse = ",\n"))
cat("\n}\n")
