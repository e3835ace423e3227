# Comparisons of two arms by R itself and clubSandwich. Prints JSON: Rscript comparison.R > comparison.json
suppressMessages(library(clubSandwich))
number <- function(x) paste0("[", paste(sprintf("%.15g", as.numeric(x)), collapse = ", "), "]")
show <- function(name, x) cat(sprintf('"%s": %s', name, number(x)))

# A small generator; the data are printed with the numbers.
state <- 20250101
draw <- function(n) {
  out <- numeric(n)
  for (i in seq_len(n)) { state <<- (1103515245 * state + 12345) %% 2147483648; out[i] <- state / 2147483648 }
  out
}
n <- 60
arm <- rep(c(0, 1), each = n)
before <- round(10 + 4 * draw(2 * n), 3)
y <- round(2 + 0.7 * before + 3 * draw(2 * n) * (1 + arm) - 0.8 * arm, 3)
d <- 1 + floor(5 * draw(2 * n))
whole <- c(1 + floor(9 * draw(n)), 11 + floor(7 * draw(n)))   # each cluster within one arm
both <- 1 + floor(12 * draw(2 * n))                            # clusters in both arms

cat("{\n")
show("arm", arm); cat(",\n"); show("before", before); cat(",\n"); show("y", y); cat(",\n"); show("d", d); cat(",\n")
show("whole", whole); cat(",\n"); show("both", both); cat(",\n")
welch <- t.test(y[arm == 1], y[arm == 0])
show("welch", c(welch$estimate[1] - welch$estimate[2], welch$stderr, welch$conf.int, welch$p.value, welch$parameter)); cat(",\n")
cr2 <- function(fit, cluster) {
  v <- vcovCR(fit, cluster = cluster, type = "CR2")
  t <- coef_test(fit, vcov = v, test = "Satterthwaite")
  i <- conf_int(fit, vcov = v, level = 0.95)
  c(coef(fit)[2], t$SE[2], i$CI_L[2], i$CI_U[2], t$p_Satt[2], t$df_Satt[2])
}
show("cr2_whole", cr2(lm(y ~ arm), whole)); cat(",\n")
show("cr2_both", cr2(lm(y ~ arm), both)); cat(",\n")
# A ratio of sums is a weighted regression of y / d: rows multiplied by the root of their weight.
weighted <- data.frame(y = y / sqrt(d), one = sqrt(d), arm = sqrt(d) * arm)
show("cr2_ratio", cr2(lm(y ~ 0 + one + arm, weighted), whole)); cat(",\n")
loglinear <- glm(y ~ arm, family = quasi(link = "log", variance = "constant"), start = c(log(mean(y)), 0),
                 control = glm.control(epsilon = 1e-14, maxit = 100))
show("log_ratio", c(coef(loglinear)[2], sqrt(sandwich::vcovHC(loglinear, type = "HC2")[2, 2]))); cat(",\n")
ancova <- lm(y ~ arm + before)
show("ancova", c(coef(ancova)[2], coef(ancova)[3])); cat(",\n")
events <- c(11, 3); exposure <- c(800, 1083)
pt <- poisson.test(events, exposure)
show("poisson", c(pt$estimate, pt$conf.int)); cat(",\n")
b <- binom.test(events[1], sum(events), exposure[1] / sum(exposure), alternative = "greater")
show("poisson_upper_tail", b$p.value); cat(",\n")
pr <- prop.test(c(56, 48), c(70, 80), correct = FALSE)
show("prop_chisq", pr$statistic); cat("\n}\n")
