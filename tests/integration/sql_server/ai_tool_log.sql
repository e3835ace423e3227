-- UsageEvent
SELECT origin.department AS department, origin.kind AS kind, origin.id AS id, origin.patient AS patient, origin.happened_at AS happened_at, origin.outcome AS outcome, origin.api_version AS api_version 
FROM (SELECT 'draft' AS kind, g.id, n.patient_id AS patient, n.department, r."timestamp" AS happened_at, r.api_version,
  CASE WHEN g.success_ind = 'Success' THEN 'offered' ELSE 'failed' END AS outcome
FROM dbo.generateddoc g
JOIN dbo.requestgenerate q ON q.id = g.requestgenerate_id
JOIN dbo.request r ON r.id = q.request_id
LEFT JOIN dbo.encounter n ON n.id = g.encounter_id
UNION ALL
SELECT 'retrieval' AS kind, q.id, n.patient_id AS patient, n.department, r."timestamp" AS happened_at,
  r.api_version, 'opened' AS outcome
FROM dbo.requestretrieve q
JOIN dbo.request r ON r.id = q.request_id
LEFT JOIN dbo.generateddoc g ON g.id = q.generateddoc_id
LEFT JOIN dbo.encounter n ON n.id = g.encounter_id
WHERE q.success_ind = 'Success'
) AS origin

-- Document
SELECT origin.department AS department, origin.id AS id, origin.patient AS patient, origin.drafted_at AS drafted_at, origin.opened_at AS opened_at, origin.feedback AS feedback, origin.api_version AS api_version 
FROM (SELECT g.id, n.patient_id AS patient, n.department, r."timestamp" AS drafted_at, r.api_version,
  (SELECT MIN(s."timestamp") FROM dbo.requestretrieve t JOIN dbo.request s ON s.id = t.request_id
   WHERE t.generateddoc_id = g.id AND t.success_ind = 'Success') AS opened_at,
  CASE WHEN EXISTS (SELECT 1 FROM dbo.feedbackdetails f WHERE f.generateddoc_id = g.id AND f.answer <> '')
    THEN 1 ELSE 0 END AS feedback
FROM dbo.generateddoc g
JOIN dbo.requestgenerate q ON q.id = g.requestgenerate_id
JOIN dbo.request r ON r.id = q.request_id
LEFT JOIN dbo.encounter n ON n.id = g.encounter_id
WHERE g.success_ind = 'Success'
) AS origin
