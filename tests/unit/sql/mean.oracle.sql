SELECT masked.day,
    masked.department,
    masked.segment,
    masked.exposed,
    count(masked.edit_distance__a) AS edit_distance__a_n,
    sum(masked.edit_distance__a) AS edit_distance__a_sum,
    sum(masked.edit_distance__a * masked.edit_distance__a) AS edit_distance__a_squares,
    count(CASE WHEN (masked.edit_distance__code = 1) THEN 1 END) AS edit_distance__left_out_1,
    count(CASE WHEN (masked.edit_distance__code = 2) THEN 1 END) AS edit_distance__left_out_2,
    count(CASE WHEN (masked.edit_distance__code = 3) THEN 1 END) AS edit_distance__left_out_3
FROM (SELECT valued.department AS department,
    valued.day AS day,
    valued.segment AS segment,
    valued.exposed AS exposed,
    valued.edit_distance__code AS edit_distance__code,
    CASE WHEN (valued.edit_distance__code = 0) THEN valued.edit_distance__a END AS edit_distance__a
FROM (SELECT "Document".department AS department,
    "Document".day AS day,
    "Document".segment AS segment,
    "Document".exposed AS exposed,
    CASE WHEN ("Document".edit_method = 'umcu-3gram-draft') THEN CASE WHEN ("Document".signed_at IS NULL) THEN 1 WHEN ("Document".edit_distance IS NULL) THEN 2 WHEN (CAST("Document".edit_distance AS DOUBLE PRECISION) NOT BETWEEN 0.0 AND 1.0) THEN 3 ELSE 0 END ELSE -1 END AS edit_distance__code,
    CAST("Document".edit_distance AS DOUBLE PRECISION) AS edit_distance__a
FROM "Document") valued) masked GROUP BY masked.day, masked.department, masked.segment, masked.exposed ORDER BY masked.day, masked.department, masked.segment, masked.exposed
