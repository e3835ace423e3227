# Stepped-wedge mixed models on simulated cells: Hussey and Hughes 2007 and Hooper et al. 2016.
# Run in this folder: Rscript stepped_wedge.R > stepped_wedge.json
# The optimiser's tolerance is set as tight as bobyqa takes it, so that two REML maxima can be compared.
suppressMessages({library(lme4); library(lmerTest); library(pbkrtest); library(nlme); library(jsonlite)})

tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e6),
                     check.conv.singular = "ignore")

cells <- function(seed, departments, periods, between, wobble) {
  set.seed(seed)
  frame <- expand.grid(dept = 1:departments, period = 0:(periods - 1))
  start <- 1 + (sample(departments) - 1) %% (periods - 1)
  frame$treated <- as.numeric(frame$period >= start[frame$dept])
  frame$exposure <- pmax(0, frame$period - start[frame$dept] + 1)
  frame$y <- 50 + 0.3 * frame$period + rnorm(departments, sd = between)[frame$dept] +
    rnorm(nrow(frame), sd = wobble) + 0.8 * frame$treated + 0.1 * frame$exposure
  frame
}

rows <- function(frame, size, seed) {
  set.seed(seed)
  long <- frame[rep(seq_len(nrow(frame)), each = size), ]
  long$y <- long$y + rnorm(nrow(long), sd = 2)
  long
}

effect <- function(model, name = "treated") {
  table <- coef(summary(model))
  kenward <- coef(summary(model, ddf = "Kenward-Roger"))
  list(effect = table[name, "Estimate"], standard_error = table[name, "Std. Error"],
       satterthwaite = table[name, "df"], kenward_roger = kenward[name, "df"],
       kenward_roger_error = kenward[name, "Std. Error"], p_value = table[name, "Pr(>|t|)"],
       between = unname(attr(VarCorr(model)[["dept"]], "stddev"))^2, noise = sigma(model)^2)
}

averaged <- function(model) {
  names <- grep("^factor\\(exposure\\)", names(fixef(model)), value = TRUE)
  weights <- as.numeric(names(fixef(model)) %in% names) / length(names)
  satterthwaite <- contest1D(model, weights)
  list(effect = satterthwaite[["Estimate"]], standard_error = satterthwaite[["Std. Error"]],
       satterthwaite = satterthwaite[["df"]],
       kenward_roger = contest1D(model, weights, ddf = "Kenward-Roger")[["df"]],
       kenward_roger_error = contest1D(model, weights, ddf = "Kenward-Roger")[["Std. Error"]])
}

# A department effect that stays, one that fades (range 1 / -log r), and noise: the best of several starts.
fading <- function(frame) {
  fits <- lapply(list(c(2, 0.3), c(1, 0.5), c(5, 0.2), c(10, 0.7)), function(start) tryCatch(
    lme(y ~ factor(period) + treated, random = ~ 1 | dept, data = frame, method = "REML",
        correlation = corExp(start, form = ~ period | dept, nugget = TRUE),
        control = lmeControl(opt = "nlminb", maxIter = 500, msMaxIter = 500, msTol = 1e-12, tolerance = 1e-12)),
    error = function(e) NULL))
  fits <- Filter(Negate(is.null), fits)
  best <- fits[[which.max(sapply(fits, logLik))]]
  plain <- lme(y ~ factor(period) + treated, random = ~ 1 | dept, data = frame, method = "REML")
  parameters <- coef(best$modelStruct$corStruct, unconstrained = FALSE)
  list(effect = fixef(best)[["treated"]], standard_error = sqrt(vcov(best)["treated", "treated"]),
       stable = as.numeric(getVarCov(best)[1, 1]),
       fading = best$sigma^2 * (1 - parameters[["nugget"]]), noise = best$sigma^2 * parameters[["nugget"]],
       r = exp(-1 / parameters[["range"]]), over_exchangeable = as.numeric(logLik(best) - logLik(plain)))
}

weeks <- function(seed, departments, periods, stays, fades, r, wobble) {
  set.seed(seed)
  frame <- expand.grid(dept = 1:departments, period = 0:(periods - 1))
  start <- round(periods * (1 + (sample(departments) - 1) %% 4) / 5)
  frame$treated <- as.numeric(frame$period >= start[frame$dept])
  frame$exposure <- pmax(0, frame$period - start[frame$dept] + 1)
  level <- rnorm(departments, sd = stays)
  walk <- sapply(1:departments, function(i) arima.sim(list(ar = r), periods, sd = fades * sqrt(1 - r^2)))
  frame$y <- 50 + 0.3 * frame$period + level[frame$dept] + walk[cbind(frame$period + 1, frame$dept)] +
    rnorm(nrow(frame), sd = wobble) + 0.8 * frame$treated
  frame[order(frame$dept, frame$period), ]
}

fit <- function(formula, data) lmer(formula, data = data, REML = TRUE, control = tight)
settings <- list(eight = c(11, 8, 5, 2, 1), twelve = c(12, 12, 7, 1, 1.5), lonely = c(13, 6, 4, 0.7, 1))
out <- list()
all_cells <- NULL
for (name in names(settings)) {
  s <- settings[[name]]
  frame <- cells(s[1], s[2], s[3], s[4], s[5])
  long <- rows(frame, 4, s[1] + 100)
  means <- aggregate(y ~ dept + period + treated + exposure, data = long, FUN = mean)
  means <- means[order(means$dept, means$period), ]
  all_cells <- rbind(all_cells, cbind(case = name, means))
  out[[name]] <- list(
    cells = effect(fit(y ~ factor(period) + treated + (1 | dept), means)),
    rows = effect(fit(y ~ factor(period) + treated + (1 | dept), long)),
    hooper_rows = effect(fit(y ~ factor(period) + treated + (1 | dept) + (1 | dept:period), long)),
    by_exposure = averaged(fit(y ~ factor(period) + factor(exposure) + (1 | dept), means)))
}
courses <- list(lasting = c(21, 8, 26, 1.5, 1, 0.8, 0.6), short = c(22, 10, 20, 2, 1, 0.5, 0.7))
for (name in names(courses)) {
  s <- courses[[name]]
  frame <- weeks(s[1], s[2], s[3], s[4], s[5], s[6], s[7])
  all_cells <- rbind(all_cells, cbind(case = name, frame[names(all_cells)[-1]]))
  out[[name]] <- list(fading = fading(frame))
}
write.csv(all_cells, "stepped_wedge.csv", row.names = FALSE)
cat(toJSON(out, auto_unbox = TRUE, digits = 15, pretty = TRUE), "\n")
