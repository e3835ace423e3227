SELECT masked.day,
    masked.department,
    masked.segment,
    masked.exposed,
    count(masked.letter_write_min__a) AS letter_write_min__a_n,
    sum(masked.letter_write_min__a) AS letter_write_min__a_sum,
    sum(masked.letter_write_min__a * masked.letter_write_min__a) AS letter_write_min__a_squares,
    count(masked.letter_write_min__log) AS letter_write_min__log_n,
    sum(masked.letter_write_min__log) AS letter_write_min__log_sum,
    sum(masked.letter_write_min__log * masked.letter_write_min__log) AS letter_write_min__log_squares,
    count(CASE WHEN (masked.letter_write_min__code = 1) THEN 1 END) AS letter_write_min__left_out_1,
    count(CASE WHEN (masked.letter_write_min__code = 2) THEN 1 END) AS letter_write_min__left_out_2,
    count(CASE WHEN (masked.letter_write_min__code = 3) THEN 1 END) AS letter_write_min__left_out_3
FROM (SELECT valued.department AS department,
    valued.day AS day,
    valued.segment AS segment,
    valued.exposed AS exposed,
    valued.letter_write_min__code AS letter_write_min__code,
    CASE WHEN (valued.letter_write_min__code = 0) THEN valued.letter_write_min__a END AS letter_write_min__a,
    CASE WHEN (valued.letter_write_min__code = 0 AND valued.letter_write_min__a > 0) THEN LOG(valued.letter_write_min__a) END AS letter_write_min__log
FROM (SELECT [Letter].department AS department,
    [Letter].day AS day,
    [Letter].segment AS segment,
    [Letter].exposed AS exposed,
    CASE WHEN ([Letter].kind = 'discharge') THEN CASE WHEN (CASE WHEN ([Letter].writing_minutes BETWEEN -1e+100 AND 1e+100) THEN [Letter].writing_minutes END >= 180) THEN 1 WHEN ([Letter].writing_minutes IS NULL) THEN 2 WHEN (CAST([Letter].writing_minutes AS DOUBLE PRECISION) NOT BETWEEN -1e+100 AND 1e+100) THEN 3 ELSE 0 END ELSE -1 END AS letter_write_min__code,
    CAST([Letter].writing_minutes AS DOUBLE PRECISION) AS letter_write_min__a
FROM [Letter]) AS valued) AS masked GROUP BY masked.day, masked.department, masked.segment, masked.exposed ORDER BY masked.day, masked.department, masked.segment, masked.exposed

SELECT 'letter_write_min' AS kpi,
    'value' AS kind,
    binned.day,
    binned.department,
    binned.segment,
    binned.exposed,
    binned.bin,
    count(*) AS [rows]
FROM (SELECT masked.day AS day,
    masked.department AS department,
    masked.segment AS segment,
    masked.exposed AS exposed, CASE WHEN (masked.letter_write_min__a > 0) THEN FLOOR(masked.letter_write_min__log / (0.01980262729617973 + 0.0)) + 40000 WHEN (masked.letter_write_min__a < 0) THEN -(FLOOR(LOG(-masked.letter_write_min__a) / (0.01980262729617973 + 0.0)) + 40000) WHEN (masked.letter_write_min__a = 0) THEN 0 END AS bin
FROM (SELECT valued.department AS department,
    valued.day AS day,
    valued.segment AS segment,
    valued.exposed AS exposed,
    valued.letter_write_min__code AS letter_write_min__code,
    CASE WHEN (valued.letter_write_min__code = 0) THEN valued.letter_write_min__a END AS letter_write_min__a,
    CASE WHEN (valued.letter_write_min__code = 0 AND valued.letter_write_min__a > 0) THEN LOG(valued.letter_write_min__a) END AS letter_write_min__log
FROM (SELECT [Letter].department AS department,
    [Letter].day AS day,
    [Letter].segment AS segment,
    [Letter].exposed AS exposed,
    CASE WHEN ([Letter].kind = 'discharge') THEN CASE WHEN (CASE WHEN ([Letter].writing_minutes BETWEEN -1e+100 AND 1e+100) THEN [Letter].writing_minutes END >= 180) THEN 1 WHEN ([Letter].writing_minutes IS NULL) THEN 2 WHEN (CAST([Letter].writing_minutes AS DOUBLE PRECISION) NOT BETWEEN -1e+100 AND 1e+100) THEN 3 ELSE 0 END ELSE -1 END AS letter_write_min__code,
    CAST([Letter].writing_minutes AS DOUBLE PRECISION) AS letter_write_min__a
FROM [Letter]) AS valued) AS masked
WHERE CASE WHEN (masked.letter_write_min__a > 0) THEN FLOOR(masked.letter_write_min__log / (0.01980262729617973 + 0.0)) + 40000 WHEN (masked.letter_write_min__a < 0) THEN -(FLOOR(LOG(-masked.letter_write_min__a) / (0.01980262729617973 + 0.0)) + 40000) WHEN (masked.letter_write_min__a = 0) THEN 0 END IS NOT NULL) AS binned GROUP BY binned.day, binned.department, binned.segment, binned.exposed, binned.bin
