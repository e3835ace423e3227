# Restricted means and the log-rank test by R's survival. Prints JSON: Rscript survival.R > survival.json
suppressMessages(library(survival))
number <- function(x) paste0("[", paste(sprintf("%.12g", as.numeric(x)), collapse = ", "), "]")
d <- subset(lung, !is.na(time))
d$ended <- as.numeric(d$status == 2)
means <- function(tau) {
  found <- summary(survfit(Surv(time, ended) ~ sex, data = d), rmean = tau)$table
  sprintf('{"horizon": %g, "means": %s, "errors": %s}', tau, number(found[, "rmean"]), number(found[, "se(rmean)"]))
}
test <- survdiff(Surv(time, ended) ~ sex, data = d)
cat('{"duration": ', number(d$time), ', "ended": ', number(d$ended), ', "arm": ', number(d$sex), ', "restricted": [',
    means(200), ", ", means(600), '], "log_rank": ', number(c(test$chisq, test$pvalue)), "}\n", sep = "")
