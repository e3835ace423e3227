SELECT masked.day,
    masked.department,
    masked.segment,
    masked.exposed,
    count(masked.ccc_total__a) AS ccc_total__a_n,
    sum(masked.ccc_total__a) AS ccc_total__a_sum,
    sum(masked.ccc_total__a * masked.ccc_total__a) AS ccc_total__a_squares,
    count(CASE WHEN (masked.ccc_total__code = 1) THEN 1 END) AS ccc_total__left_out_1,
    count(CASE WHEN (masked.ccc_total__code = 2) THEN 1 END) AS ccc_total__left_out_2
FROM (SELECT valued.department AS department,
    valued.day AS day,
    valued.segment AS segment,
    valued.exposed AS exposed,
    valued.ccc_total__code AS ccc_total__code,
    CASE WHEN (valued.ccc_total__code = 0) THEN valued.ccc_total__a END AS ccc_total__a
FROM (SELECT [TextReview].department AS department,
    [TextReview].day AS day,
    [TextReview].segment AS segment,
    [TextReview].exposed AS exposed,
    CASE WHEN ([TextReview].author = 'ai') THEN CASE WHEN ([TextReview].completeness IS NULL OR [TextReview].correctness IS NULL OR [TextReview].conciseness IS NULL) THEN 1 WHEN (CAST([TextReview].completeness AS DOUBLE PRECISION) + CAST([TextReview].correctness AS DOUBLE PRECISION) + CAST([TextReview].conciseness AS DOUBLE PRECISION) NOT BETWEEN 3.0 AND 15.0) THEN 2 ELSE 0 END ELSE -1 END AS ccc_total__code,
    CAST([TextReview].completeness AS DOUBLE PRECISION) + CAST([TextReview].correctness AS DOUBLE PRECISION) + CAST([TextReview].conciseness AS DOUBLE PRECISION) AS ccc_total__a
FROM [TextReview]) AS valued) AS masked GROUP BY masked.day, masked.department, masked.segment, masked.exposed ORDER BY masked.day, masked.department, masked.segment, masked.exposed

SELECT 'ccc_total' AS kpi,
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
    masked.exposed AS exposed,
    FLOOR(masked.ccc_total__a) AS bin
FROM (SELECT valued.department AS department,
    valued.day AS day,
    valued.segment AS segment,
    valued.exposed AS exposed,
    valued.ccc_total__code AS ccc_total__code,
    CASE WHEN (valued.ccc_total__code = 0) THEN valued.ccc_total__a END AS ccc_total__a
FROM (SELECT [TextReview].department AS department,
    [TextReview].day AS day,
    [TextReview].segment AS segment,
    [TextReview].exposed AS exposed,
    CASE WHEN ([TextReview].author = 'ai') THEN CASE WHEN ([TextReview].completeness IS NULL OR [TextReview].correctness IS NULL OR [TextReview].conciseness IS NULL) THEN 1 WHEN (CAST([TextReview].completeness AS DOUBLE PRECISION) + CAST([TextReview].correctness AS DOUBLE PRECISION) + CAST([TextReview].conciseness AS DOUBLE PRECISION) NOT BETWEEN 3.0 AND 15.0) THEN 2 ELSE 0 END ELSE -1 END AS ccc_total__code,
    CAST([TextReview].completeness AS DOUBLE PRECISION) + CAST([TextReview].correctness AS DOUBLE PRECISION) + CAST([TextReview].conciseness AS DOUBLE PRECISION) AS ccc_total__a
FROM [TextReview]) AS valued) AS masked
WHERE FLOOR(masked.ccc_total__a) IS NOT NULL) AS binned GROUP BY binned.day, binned.department, binned.segment, binned.exposed, binned.bin
