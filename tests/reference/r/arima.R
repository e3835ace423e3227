# Regression with ARIMA errors by R's arima(). Prints JSON: Rscript arima.R > arima.json
number <- function(x) paste0("[", paste(sprintf("%.12g", as.numeric(x)), collapse = ", "), "]")
n <- 80; t <- (1:n) - 41; post <- as.numeric(t >= 0)
state <- 7
draw <- function() { state <<- (1103515245 * state + 12345) %% 2147483648; state / 2147483648 }
shock <- sapply(1:n, function(i) sum(sapply(1:12, function(j) draw())) - 6)
e <- numeric(n); e[1] <- shock[1]
for (i in 2:n) e[i] <- 0.5 * e[i - 1] + shock[i]
y <- round(20 + 0.03 * t - 1.5 * post + e, 6)
show <- function(order) {
  f <- arima(y, order = order, xreg = cbind(rep(1, n), t, post), include.mean = FALSE, method = "ML",
             optim.control = list(reltol = 1e-14, maxit = 2000))
  sprintf('{"order": %s, "log_likelihood": %.10g, "coefficients": %s, "errors": %s}', number(order[c(1, 3)]),
          f$loglik, number(tail(f$coef, 3)), number(tail(sqrt(diag(f$var.coef)), 3)))
}
orders <- list(c(0, 0, 0), c(1, 0, 0), c(2, 0, 0), c(0, 0, 1), c(1, 0, 1))
cat('{"y": ', number(y), ', "fits": [', paste(sapply(orders, show), collapse = ", "), "]}\n", sep = "")
