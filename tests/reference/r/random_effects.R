# Random effects by metafor (REML and Paule-Mandel, Hartung and Knapp with and without a floor).
# Prints JSON: Rscript random_effects.R > random_effects.json
suppressMessages(library(metafor))
number <- function(x) paste0("[", paste(sprintf("%.15g", as.numeric(x)), collapse = ", "), "]")
trials <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
small <- data.frame(yi = c(-0.12, -0.05, -0.20, 0.02), vi = c(0.002, 0.004, 0.010, 0.003))
alike <- data.frame(yi = c(0.50, 0.45, 0.55, 0.50), vi = c(0.04, 0.09, 0.01, 0.02))
two <- data.frame(yi = c(-1.2, 0.4), vi = c(0.1, 0.3))
show <- function(name, d) {
  hk <- rma(yi, vi, data = d, method = "REML", test = "knha", control = list(threshold = 1e-12, maxiter = 1000))
  wald <- rma(yi, vi, data = d, method = "REML", control = list(threshold = 1e-12, maxiter = 1000))
  pm <- rma(yi, vi, data = d, method = "PM", test = "knha", control = list(tol = 1e-14, maxiter = 10000))
  floored <- rma(yi, vi, data = d, method = "PM", test = "adhoc", control = list(tol = 1e-14, maxiter = 10000))
  free <- rma(yi, vi, data = d, method = "REML", test = "knha", control = list(threshold = 1e-12, maxiter = 1000))
  average <- function(fit) number(c(fit$tau2, fit$beta, fit$se, fit$ci.lb, fit$ci.ub, fit$pval))
  b <- blup(wald)
  cat(sprintf('"%s": {"y": %s, "v": %s, "tau2": %s, "mu": %s, "hk": %s, "i2": %s, "q": %s, "blup": %s, "blup_se": %s, "wald_se": %s, "pm": %s, "pm_adhoc": %s, "reml_knha": %s}',
    name, number(d$yi), number(d$vi), number(hk$tau2), number(hk$beta), number(c(hk$se, hk$ci.lb, hk$ci.ub, hk$pval)),
    number(hk$I2 / 100), number(c(hk$QE, hk$QEp)), number(b$pred), number(b$se), number(wald$se), average(pm), average(floored), average(free)))
}
cat("{"); show("bcg", trials); cat(",\n"); show("small", small); cat(",\n"); show("alike", alike); cat(",\n"); show("two", two); cat("}\n")
