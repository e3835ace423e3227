-- Appointment
SELECT origin.specialty_code AS specialty_code, origin.type2_code AS type2_code, origin.identifier_value AS identifier_value, origin.patient AS patient, origin.starts_at AS starts_at, origin.created AS created, origin.arrival AS arrival, origin.ended_at AS ended_at, origin.status AS status 
FROM (SELECT a.identifier_value, a.participant_actor_Patient_value AS patient, a."start" AS starts_at, a.created,
  a."end" AS ended_at, e.arrival, e.type2_code, h.specialty_code,
  CASE WHEN a.status = 'cancelled' AND a.mutationReason_code = 'N' THEN 'no_show'
       WHEN a.status = 'cancelled' THEN 'cancelled'
       WHEN a.status = 'noshow' THEN 'no_show'
       WHEN a.status IN ('finished', 'fulfilled') AND a.mutationReason_code = 'N' THEN NULL
       WHEN a.status IN ('finished', 'fulfilled') THEN 'attended'
       WHEN a.status IN ('booked', 'planned', 'in-progress') THEN 'planned' END AS status
FROM dbo.Appointment a
LEFT JOIN dbo.Encounter e ON e.appointment_Appointment_value = a.identifier_value
  AND e.appointment_Appointment_system = a.identifier_system
LEFT JOIN dbo.HealthcareService h ON h.identifier_value = a.participant_actor_HealthcareService_value
  AND h.identifier_system = a.participant_actor_HealthcareService_system
WHERE a.identifier_system LIKE '%HixAgendaAfspraak' AND a.participant_actor_Patient_value <> ''
  AND COALESCE(e.without_patient, 0) <> 1
) AS origin

-- Stay
SELECT origin.specialty AS specialty, origin.identifier_value AS identifier_value, origin.patient AS patient, origin.period_start AS period_start, origin.period_end AS period_end 
FROM (SELECT e.identifier_value, e.subject_Patient_value AS patient, e.period_start, e.period_end, p.specialty
FROM dbo.Encounter e
LEFT JOIN (
  SELECT q.partOf_Encounter_value AS part_of, q.specialty_Organization_value AS specialty,
    ROW_NUMBER() OVER (PARTITION BY q.partOf_Encounter_value ORDER BY q.period_start) AS place
  FROM dbo.Encounter q WHERE q.identifier_system LIKE '%HixOpnamePeriode' AND q.class_code = 'IMP'
) p ON p.part_of = e.identifier_value AND p.place = 1
WHERE e.identifier_system LIKE '%HixOpname'
) AS origin

-- Letter
SELECT origin.specialty AS specialty, origin.identifier_value AS identifier_value, origin.patient AS patient, origin.period_end AS period_end, origin.preliminary_at AS preliminary_at, origin.final_at AS final_at 
FROM (SELECT e.identifier_value, e.subject_Patient_value AS patient, e.period_end, p.specialty,
  (SELECT MIN(d.created) FROM dbo.DocumentReference d
   WHERE d.context_encounter_Encounter_value = e.identifier_value
     AND d.context_encounter_Encounter_system = e.identifier_system
     AND d.type2_code_original = '1000100013') AS preliminary_at,
  (SELECT MIN(d.created) FROM dbo.DocumentReference d
   WHERE d.context_encounter_Encounter_value = e.identifier_value
     AND d.context_encounter_Encounter_system = e.identifier_system
     AND d.type2_code_original IN ('1000100089', 'CS00000003') AND d.docStatus = 'final') AS final_at
FROM dbo.Encounter e
LEFT JOIN (
  SELECT q.partOf_Encounter_value AS part_of, q.specialty_Organization_value AS specialty,
    ROW_NUMBER() OVER (PARTITION BY q.partOf_Encounter_value ORDER BY q.period_start) AS place
  FROM dbo.Encounter q WHERE q.identifier_system LIKE '%HixOpnamePeriode' AND q.class_code = 'IMP'
) p ON p.part_of = e.identifier_value AND p.place = 1
WHERE e.identifier_system LIKE '%HixOpname' AND e.status = 'finished'
) AS origin
