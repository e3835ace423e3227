# Random effects by metafor (REML, Hartung and Knapp). Prints JSON: Rscript random_effects.R > random_effects.json
suppressMessages(library(metafor))
number <- function(x) paste0("[", paste(sprintf("%.15g", as.numeric(x)), collapse = ", "), "]")
trials <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
small <- data.frame(yi = c(-0.12, -0.05, -0.20, 0.02), vi = c(0.002, 0.004, 0.010, 0.003))
show <- function(name, d) {
  hk <- rma(yi, vi, data = d, method = "REML", test = "knha", control = list(threshold = 1e-12, maxiter = 1000))
  wald <- rma(yi, vi, data = d, method = "REML", control = list(threshold = 1e-12, maxiter = 1000))
  b <- blup(wald)
  cat(sprintf('"%s": {"y": %s, "v": %s, "tau2": %s, "mu": %s, "hk": %s, "i2": %s, "q": %s, "blup": %s, "blup_se": %s, "wald_se": %s}',
    name, number(d$yi), number(d$vi), number(hk$tau2), number(hk$beta), number(c(hk$se, hk$ci.lb, hk$ci.ub, hk$pval)),
    number(hk$I2 / 100), number(c(hk$QE, hk$QEp)), number(b$pred), number(b$se), number(wald$se)))
}
cat("{"); show("bcg", trials); cat(",\n"); show("small", small); cat("}\n")
