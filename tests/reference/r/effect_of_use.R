# One change per department of outcome and use: the ratio by two-stage least squares (two base lm fits), the
# values of an effect x that lm(outcome - x * use ~ start) keeps at 5 % (uniroot on its p-value), and a
# regression on use with CR2 errors by department (clubSandwich).
suppressMessages(library(clubSandwich))
start <- c(1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0)
outcome <- c(-1.9, -0.8, -2.6, -1.1, 0.4, -0.3, 0.2, 0.6, -0.5, 0.1, -0.2)
use <- c(0.71, 0.35, 0.88, 0.42, 0.02, 0, 0, 0.05, 0, 0.01, 0)
stage <- lm(use ~ start)
ratio <- coef(lm(outcome ~ fitted(stage)))[[2]]
p <- function(x) summary(lm(I(outcome - x * use) ~ start))$coefficients["start", 4]
edge <- function(from, to) uniroot(function(x) p(x) - 0.05, c(from, to), tol = 1e-13)$root

home <- rep(1:8, each = 5)
n <- seq_along(home)
dose <- ifelse(home <= 3, ((n * 37) %% 11) / 11, 0)
change <- -1.5 * dose + 0.4 * sin(2.3 * n) + 0.5 * sin(1.7 * home)
rows <- function(fit, name) {
  found <- coef_test(fit, vcov = "CR2", cluster = home, test = "Satterthwaite")[name, ]
  bounds <- conf_int(fit, vcov = "CR2", cluster = home, level = 0.95)[name, ]
  c(found$beta, found$SE, found$df_Satt, found$p_Satt, bounds$CI_L, bounds$CI_U)
}
linear <- rows(lm(change ~ dose), 2)
square <- rows(lm(change ~ dose + I(dose^2)), 3)
show <- function(x) paste0("[", paste(sprintf("%.12g", x), collapse = ", "), "]")
cat(sprintf(
  '{"start": %s,\n "outcome": %s,\n "use": %s,\n "ratio": %.12g,\n "interval": %s,\n "p_value": %.12g,\n "home": %s,\n "dose": %s,\n "change": %s,\n "linear": %s,\n "square": %s}\n',
  show(start), show(outcome), show(use), ratio, show(c(edge(-20, ratio), edge(ratio, 20))), p(0),
  show(home), show(dose), show(change), show(linear), show(square)
))
