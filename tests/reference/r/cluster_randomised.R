# A parallel cluster-randomised trial by R: a mixed model with Kenward and Roger's degrees of freedom (lmerTest,
# pbkrtest), which in a balanced trial is the analysis of cluster means, and clubSandwich's CR2 on those means.
# Rscript tests/reference/r/cluster_randomised.R > tests/reference/r/cluster_randomised.json
# The outcomes are made by a formula, so that the test can make the same ones.
suppressMessages({library(lmerTest); library(clubSandwich)})
g <- 0:11
t <- 0:29
cells <- expand.grid(t = t, g = g)
cells$arm <- as.numeric(cells$g < 5)
cells$y <- with(cells, 20 + 3 * sin(2.3 * g^2) + (1 + 0.2 * (g %% 3)) * sin(1.7 * t + 2.1 * g^2) +
  0.8 * cos(0.31 * t * (1 + g %% 4)) + (0.7 * cos(3.1 * g^2 + 1) - 1.2 * arm) * (t >= 15))
before <- aggregate(y ~ g, cells[cells$t < 15, ], mean)$y
after <- cells[cells$t >= 15, ]
after$before <- before[after$g + 1]
means <- aggregate(cbind(y, arm, before) ~ g, after, mean)
kenward <- function(formula) {
  fit <- lmer(formula, after, control = lmerControl(optCtrl = list(xtol_abs = 1e-12, ftol_abs = 1e-14)))
  coef(summary(fit, ddf = "Kenward-Roger"))["arm", c("Estimate", "Std. Error", "df", "Pr(>|t|)")]
}
robust <- function(fit) {
  found <- coef_test(fit, vcov = "CR2", cluster = means$g, test = "Satterthwaite")
  row <- found[rownames(found) == "arm", ]
  c(row$beta, row$SE, row$df_Satt, row$p_Satt)
}
row <- function(name, values) sprintf('  "%s": [%s]', name, paste(sprintf("%.12g", values), collapse = ", "))
cat("{\n", paste(c(
  row("kenward_adjusted", kenward(y ~ arm + before + (1 | g))),
  row("kenward_plain", kenward(y ~ arm + (1 | g))),
  row("cr2_adjusted", robust(lm(y ~ arm + before, means))),
  row("cr2_plain", robust(lm(y ~ arm, means)))
), collapse = ",\n"), "\n}\n", sep = "")
