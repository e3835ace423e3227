SELECT masked.day,
    masked.department,
    masked.segment,
    masked.exposed,
    count(masked.letter_24h__a) AS letter_24h__a_n,
    sum(masked.letter_24h__a) AS letter_24h__a_sum,
    count(CASE WHEN (masked.letter_24h__code = 1) THEN 1 END) AS letter_24h__left_out_1,
    count(CASE WHEN (masked.letter_24h__code = 2) THEN 1 END) AS letter_24h__left_out_2
FROM (SELECT valued.department AS department,
    valued.day AS day,
    valued.segment AS segment,
    valued.exposed AS exposed,
    valued.letter_24h__code AS letter_24h__code,
    CASE WHEN (valued.letter_24h__code = 0) THEN valued.letter_24h__a END AS letter_24h__a
FROM (SELECT "Letter".department AS department,
    "Letter".day AS day,
    "Letter".segment AS segment,
    "Letter".exposed AS exposed,
    CASE WHEN ("Letter".kind = 'discharge') THEN CASE WHEN ("Letter".discharged_to = 'deceased') THEN 1 WHEN ("Letter".discharged_to = 'internal_transfer') THEN 2 ELSE 0 END ELSE -1 END AS letter_24h__code, CASE WHEN ((EXTRACT(DAY FROM (CAST("Letter".final_at AS TIMESTAMP) - CAST("Letter".due_from AS TIMESTAMP))) * 86400 + EXTRACT(HOUR FROM (CAST("Letter".final_at AS TIMESTAMP) - CAST("Letter".due_from AS TIMESTAMP))) * 3600 + EXTRACT(MINUTE FROM (CAST("Letter".final_at AS TIMESTAMP) - CAST("Letter".due_from AS TIMESTAMP))) * 60 + EXTRACT(SECOND FROM (CAST("Letter".final_at AS TIMESTAMP) - CAST("Letter".due_from AS TIMESTAMP))) * 1) / 60 <= 1440) THEN 1 ELSE 0 END AS letter_24h__a
FROM "Letter") valued) masked GROUP BY masked.day, masked.department, masked.segment, masked.exposed ORDER BY masked.day, masked.department, masked.segment, masked.exposed
