# Restricted means, log-rank test and its ratio of hazards by R's survival, on the trial in `pbc` and on durations
# of a small generator. Prints JSON with the data: Rscript duration.R > duration.json
suppressMessages(library(survival))
number <- function(x) paste0("[", paste(sprintf("%.15g", as.numeric(x)), collapse = ", "), "]")
show <- function(name, x) cat(sprintf('"%s": %s', name, number(x)))

state <- 20260101
draw <- function(n) {
  out <- numeric(n)
  for (i in seq_len(n)) { state <<- (1103515245 * state + 12345) %% 2147483648; out[i] <- state / 2147483648 }
  out
}
judged <- function(name, time, finished, arm, horizons) {
  cat(sprintf('"%s": {\n', name))
  show("time", time); cat(",\n"); show("finished", finished); cat(",\n"); show("arm", arm); cat(",\n")
  for (horizon in horizons) {
    found <- summary(survfit(Surv(time, finished) ~ arm), rmean = horizon)$table
    show(sprintf("means_%s", horizon), t(found[, c("rmean", "se(rmean)")])); cat(",\n")
  }
  test <- survdiff(Surv(time, finished) ~ arm)
  show("log_rank", c(test$chisq, pchisq(test$chisq, 1, lower.tail = FALSE), test$obs[2] - test$exp[2],
                     test$var[2, 2]))
  cat("\n}")
}
trial <- pbc[!is.na(pbc$trt), ]
n <- 40
arm <- rep(c(0, 1), each = n)
true <- ceiling(-20 * log(draw(2 * n)) * (1 - 0.3 * arm))     # whole days, so with ties
seen <- ceiling(10 + 40 * draw(2 * n))
cat("{\n")
judged("pbc", round(trial$time / 365.25, 6), as.numeric(trial$status == 2), 2 - trial$trt, c(5, 10)); cat(",\n")
judged("days", pmin(true, seen), as.numeric(true <= seen), arm, c(10, 30)); cat(",\n")
judged("all_finished", true, rep(1, 2 * n), arm, c(10, 30)); cat("\n}\n")
