-- Encounter
SELECT origin.care_site_name AS care_site_name, origin.visit_occurrence_id AS visit_occurrence_id, origin.person_id AS person_id, origin.provider_id AS provider_id, origin.visit_start_datetime AS visit_start_datetime, origin.visit_end_datetime AS visit_end_datetime, origin.visit_concept_id AS visit_concept_id 
FROM (SELECT v.visit_occurrence_id, v.person_id, v.provider_id, v.visit_start_datetime, v.visit_end_datetime,
  v.visit_concept_id, c.care_site_name
FROM dbo.visit_occurrence v
LEFT JOIN dbo.care_site c ON c.care_site_id = v.care_site_id
WHERE v.visit_concept_id IN (9202, 5083, 722455, 38004193)
) AS origin

-- Stay
SELECT origin.care_site_name AS care_site_name, origin.visit_occurrence_id AS visit_occurrence_id, origin.person_id AS person_id, origin.provider_id AS provider_id, origin.visit_start_datetime AS visit_start_datetime, origin.visit_end_datetime AS visit_end_datetime 
FROM (SELECT v.visit_occurrence_id, v.person_id, v.provider_id, v.visit_start_datetime, v.visit_end_datetime,
  c.care_site_name
FROM dbo.visit_occurrence v
LEFT JOIN dbo.care_site c ON c.care_site_id = v.care_site_id
WHERE v.visit_concept_id IN (9201, 262)
) AS origin

-- NoteSession
SELECT origin.care_site_name AS care_site_name, origin.note_id AS note_id, origin.visit_occurrence_id AS visit_occurrence_id, origin.person_id AS person_id, origin.provider_id AS provider_id, origin.note_datetime AS note_datetime 
FROM (SELECT n.note_id, n.visit_occurrence_id, n.person_id, n.provider_id, n.note_datetime, c.care_site_name
FROM dbo.note n
LEFT JOIN dbo.visit_occurrence v ON v.visit_occurrence_id = n.visit_occurrence_id
LEFT JOIN dbo.care_site c ON c.care_site_id = v.care_site_id
) AS origin
