# Post-stratified differences by R: a regression with an effect in every stratum and HC2 errors.
# Prints JSON: Rscript post_stratification.R > post_stratification.json
suppressMessages(library(sandwich))
number <- function(x) paste0("[", paste(sprintf("%.15g", as.numeric(x)), collapse = ", "), "]")
show <- function(name, x, last = FALSE) cat(sprintf('"%s": %s%s\n', name, number(x), if (last) "" else ","))
state <- 20250102
draw <- function(n) {
  out <- numeric(n)
  for (i in seq_len(n)) { state <<- (1103515245 * state + 12345) %% 2147483648; out[i] <- state / 2147483648 }
  out
}
n <- 90
stratum <- 1 + floor(3 * draw(n)^1.5)
arm <- as.numeric(draw(n) < 0.4)
y <- round(4 + 5 * stratum + 2 * draw(n) * (1 + stratum) - 0.7 * arm * stratum, 3)
share <- as.numeric(table(stratum)) / n
fit <- lm(y ~ 0 + factor(stratum) + factor(stratum):arm)
V <- vcovHC(fit, type = "HC2")
b <- coef(fit)
difference <- sum(share * b[4:6])
error <- sqrt(drop(t(share) %*% V[4:6, 4:6] %*% share))
ours <- c(share, share); control <- c(share, 0 * share)
cat("{\n")
show("y", y); show("arm", arm); show("stratum", stratum)
show("difference", c(difference, error))
show("means", c(sum(ours * b), sum(control * b)))
show("variances", c(t(ours) %*% V %*% ours, t(control) %*% V %*% control))
logarithm <- c(ours / sum(ours * b) - control / sum(control * b))
show("log_ratio", c(log(sum(ours * b) / sum(control * b)), sqrt(drop(t(logarithm) %*% V %*% logarithm))), last = TRUE)
cat("}\n")
