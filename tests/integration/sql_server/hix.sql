-- Appointment
SELECT origin.specialism AS specialism, origin.constype AS constype, origin.afspraaknr AS afspraaknr, origin.patientnr AS patientnr, origin.uitvoerder AS uitvoerder, origin.datum AS datum, origin.tijd AS tijd, origin.status AS status 
FROM (SELECT a.afspraaknr, a.patientnr, a.uitvoerder, a.datum, a.tijd, a.constype, s.specialism,
  CASE WHEN a.code IN ('NS') THEN 'no_show'
       WHEN a.datum > CURRENT_TIMESTAMP THEN 'planned'
       WHEN a.voldaan <> 'N' THEN 'attended' END AS status
FROM dbo.agenda_afspraak a
LEFT JOIN dbo.cszislib_arts s ON s.artscode = a.uitvoerder
WHERE a.patientnr <> ''
) AS origin

-- Stay
SELECT dbo.opname_opname.specialism AS specialism, dbo.opname_opname.plannr AS plannr, dbo.opname_opname.patientnr AS patientnr, dbo.opname_opname.opndat AS opndat, dbo.opname_opname.opntijd AS opntijd, dbo.opname_opname.ontsldat AS ontsldat, dbo.opname_opname.ontsltijd AS ontsltijd 
FROM dbo.opname_opname

-- Letter
SELECT origin.specialism AS specialism, origin.plannr AS plannr, origin.patientnr AS patientnr, origin.ontsldat AS ontsldat, origin.ontsltijd AS ontsltijd, origin.accdatum AS accdatum, origin.acctijd AS acctijd 
FROM (SELECT o.plannr, o.patientnr, o.specialism, o.ontsldat, o.ontsltijd, d.accdatum, d.acctijd
FROM dbo.opname_opname o
LEFT JOIN (
  SELECT p.plannr, w.accdatum, w.acctijd,
    ROW_NUMBER() OVER (PARTITION BY p.plannr ORDER BY w.accdatum, w.acctijd) AS place
  FROM dbo.opname_opname p
  JOIN dbo.wi_document w ON w.patientnr = p.patientnr AND w.accdatum >= p.opndat
  JOIN dbo.wi_sjabloon t ON t.id = w.sjab_id AND LOWER(t.sjabnaam) LIKE '%ontslag%'
  WHERE NOT EXISTS (
    SELECT 1 FROM dbo.opname_opname n
    WHERE n.patientnr = p.patientnr AND n.opndat > p.opndat AND n.opndat <= w.accdatum)
) d ON d.plannr = o.plannr AND d.place = 1
WHERE o.ontsldat IS NOT NULL
) AS origin
