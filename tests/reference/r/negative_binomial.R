# Negative binomial regression by MASS. Prints JSON: Rscript negative_binomial.R > negative_binomial.json
library(MASS)
number <- function(x) paste0("[", paste(sprintf("%.12g", as.numeric(x)), collapse = ", "), "]")
set.seed(11)
n <- 70; t <- (1:n) - 36; post <- as.numeric(t >= 0); exposure <- 80 + 40 * abs(sin(1:n))
y <- rnbinom(n, size = 4, mu = exposure * exp(-2 + 0.005 * t - 0.3 * post))
f <- glm.nb(y ~ t + post + offset(log(exposure)), control = glm.control(epsilon = 1e-14, maxit = 200))
cat('{"y": ', number(y), ', "exposure": ', number(exposure), ', "coefficients": ', number(coef(f)), ', "theta": ', f$theta,
    ', "log_likelihood": ', sprintf("%.12g", as.numeric(logLik(f))), ', "errors": ', number(summary(f)$coefficients[, 2]), "}\n", sep = "")
