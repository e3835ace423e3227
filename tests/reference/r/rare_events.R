# Exact tests of few events by R itself. Prints JSON: Rscript rare_events.R > rare_events.json
number <- function(x) paste0("[", paste(sprintf("%.12g", as.numeric(x)), collapse = ", "), "]")
tables <- list(c(2, 9, 14, 12), c(0, 7, 8, 10), c(6, 3, 11, 15), c(1, 1, 3, 2))
rows <- sapply(tables, function(x) {
  found <- fisher.test(matrix(x, 2, byrow = TRUE))
  sprintf('{"table": %s, "interval": %s, "odds_ratio": %s}', number(x), number(found$conf.int), number(found$estimate))
})
rates <- poisson.test(c(4, 11), c(1200, 900))
cat("{\"fisher\": [", paste(rows, collapse = ", "), "], \"poisson\": ", number(rates$conf.int), "}\n", sep = "")
