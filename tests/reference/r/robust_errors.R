# Errors of two-way fixed effects by R: clubSandwich (CR2 and CR3 with Satterthwaite degrees of freedom), plm,
# sandwich (HC1 to HC3, Newey-West), and of quasi-Poisson and quasi-binomial models by glm.
#   python -m tests.reference.test_robust_errors   writes robust_errors.csv
#   Rscript tests/reference/r/robust_errors.R > tests/reference/r/robust_errors.json
suppressMessages({library(clubSandwich); library(sandwich); library(plm)})
panel <- read.csv("tests/reference/r/robust_errors.csv")
panel$unit <- factor(panel$unit)
panel$period <- factor(panel$period)
line <- function(name, value) sprintf('  "%s": %s', name, value)
number <- function(name, value) line(name, sprintf("%.15g", value))
own <- function(model, v) sqrt(v["d", "d"])
cr <- function(name, model, type, cluster) {
  v <- vcovCR(model, cluster = cluster, type = type)
  test <- coef_test(model, vcov = v, test = "Satterthwaite", coefs = "d")
  line(paste0(name, "_", tolower(type)), sprintf("[%.15g, %.15g]", test$SE, test$df_Satt))
}
robust <- function(name, model) sapply(c("HC1", "HC2", "HC3"), function(type)
  number(paste0(name, "_", tolower(type)), own(model, vcovHC(model, type = type))))
cr0 <- function(name, model, cluster) number(paste0(name, "_cr0"), own(model, vcovCR(model, cluster, "CR0")))

# Rows times the root of their weight, department effects taken out: clubSandwich inverts I - H for CR3, which
# dummies of the clusters themselves make singular.
within <- function(columns, weight) {
  units <- model.matrix(~ unit - 1, panel) * sqrt(weight)
  left <- qr.resid(qr(units), as.matrix(columns) * sqrt(weight))
  frame <- as.data.frame(left)
  lm(reformulate(setdiff(names(frame), "y"), "y", intercept = FALSE), data = frame)
}
columns <- cbind(y = panel$y, d = panel$d, model.matrix(~ period, panel)[, -1])

plain <- lm(y ~ d + unit + period, data = panel)
weighted <- lm(y ~ d + unit + period, data = panel, weights = n)
absorbed <- within(columns, rep(1, nrow(panel)))
by_rows <- within(columns, panel$n)
twoways <- plm(y ~ d + period, data = pdata.frame(panel, index = c("unit", "period")), effect = "individual")

strict <- glm.control(epsilon = 1e-15, maxit = 200)
ratio <- function(name, model) {
  at_work <- columns
  at_work[, "y"] <- residuals(model, "working") + coef(model)["d"] * panel$d
  last <- within(at_work, model$weights)
  c(number(paste0(name, "_effect"), coef(model)["d"]), number(paste0(name, "_dispersion"), summary(model)$dispersion),
    number(paste0(name, "_iid"), own(model, vcov(model))), cr0(name, model, panel$unit),
    cr(name, last, "CR2", panel$unit), cr(name, last, "CR3", panel$unit))
}
poisson <- glm(count ~ d + unit + period + offset(log(n)), data = panel, family = quasipoisson, control = strict)
binomial <- glm(count / n ~ d + unit + period, data = panel, weights = n, family = quasibinomial, control = strict)

full <- names(which(table(panel$period) == nlevels(panel$unit)))
means <- aggregate(y ~ treated + period, data = panel[panel$period %in% full, ], mean)
means <- means[order(as.integer(as.character(means$period))), ]
gap <- means$y[means$treated == 1] - means$y[means$treated == 0]
after <- as.numeric(as.integer(as.character(means$period[means$treated == 1])) >= 12)
series <- lm(gap ~ after)
lag <- floor(4 * (length(gap) / 100)^(2 / 9))

cat("{\n")
cat(paste(c(
  number("plain_effect", coef(plain)["d"]), robust("plain", plain), cr0("plain", plain, panel$unit),
  cr("plain", absorbed, "CR2", panel$unit), cr("plain", absorbed, "CR3", panel$unit),
  cr("plm", twoways, "CR2", "individual"), cr("dummies", plain, "CR2", panel$unit),
  number("weighted_effect", coef(weighted)["d"]), robust("weighted", weighted),
  cr0("weighted", weighted, panel$unit),
  cr("weighted", by_rows, "CR2", panel$unit), cr("weighted", by_rows, "CR3", panel$unit),
  cr0("grouped", weighted, panel$cluster),
  cr("grouped", by_rows, "CR2", panel$cluster), cr("grouped", by_rows, "CR3", panel$cluster),
  number("gap_effect", unname(coef(series)["after"])),
  number("gap_hac", sqrt(NeweyWest(series, lag = lag, prewhite = FALSE, adjust = TRUE)["after", "after"])),
  ratio("poisson", poisson), ratio("binomial", binomial)), collapse = ",\n"))
cat("\n}\n")
