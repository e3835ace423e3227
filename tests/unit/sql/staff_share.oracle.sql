SELECT "Encounter".day, "Encounter".department, "Encounter".clinician, count(CASE WHEN (CASE WHEN (("Encounter".completed = 1) AND ("Encounter".eligible = 1)) THEN 0 ELSE -1 END = 0) THEN 1 END) AS heavy_use__denominator
FROM "Encounter"
WHERE "Encounter".clinician IS NOT NULL GROUP BY "Encounter".day, "Encounter".department, "Encounter".clinician

SELECT "UsageEvent".day, "UsageEvent".department, "UsageEvent".clinician, count(CASE WHEN (CASE WHEN (("UsageEvent".task = 'consult') AND ("UsageEvent".outcome = 'used')) THEN 0 ELSE -1 END = 0) THEN 1 END) AS heavy_use__numerator
FROM "UsageEvent"
WHERE "UsageEvent".clinician IS NOT NULL GROUP BY "UsageEvent".day, "UsageEvent".department, "UsageEvent".clinician
