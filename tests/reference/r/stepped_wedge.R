# Stepped-wedge mixed models on simulated cells: Hussey and Hughes 2007 and Hooper et al. 2016.
# Run in this folder: Rscript stepped_wedge.R > stepped_wedge.json
# The optimiser's tolerance is set as tight as bobyqa takes it, so that two REML maxima can be compared.
suppressMessages({library(lme4); library(lmerTest); library(pbkrtest); library(jsonlite)})

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
       satterthwaite = satterthwaite[["df"]])
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
write.csv(all_cells, "stepped_wedge.csv", row.names = FALSE)
cat(toJSON(out, auto_unbox = TRUE, digits = 15, pretty = TRUE), "\n")
