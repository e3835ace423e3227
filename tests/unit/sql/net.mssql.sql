SELECT masked.day,
    masked.department,
    masked.segment,
    masked.exposed,
    count(CASE WHEN (masked.staff_nps__expected_code = 0) THEN 1 END) AS staff_nps__expected_n
FROM (SELECT valued.department AS department,
    valued.day AS day,
    valued.segment AS segment,
    valued.exposed AS exposed,
    valued.staff_nps__expected_code AS staff_nps__expected_code
FROM (SELECT [SurveyInvitation].department AS department,
    [SurveyInvitation].day AS day,
    [SurveyInvitation].segment AS segment,
    [SurveyInvitation].exposed AS exposed,
    CASE WHEN ([SurveyInvitation].instrument = 'NPS') THEN 0 ELSE -1 END AS staff_nps__expected_code
FROM [SurveyInvitation]) AS valued) AS masked GROUP BY masked.day, masked.department, masked.segment, masked.exposed ORDER BY masked.day, masked.department, masked.segment, masked.exposed

SELECT masked.day,
    masked.department,
    masked.segment,
    masked.exposed,
    count(masked.staff_nps__a) AS staff_nps__a_n,
    sum(masked.staff_nps__a) AS staff_nps__a_sum,
    sum(masked.staff_nps__a * masked.staff_nps__a) AS staff_nps__a_squares,
    count(CASE WHEN (masked.staff_nps__code = 1) THEN 1 END) AS staff_nps__left_out_1,
    count(CASE WHEN (masked.staff_nps__code = 2) THEN 1 END) AS staff_nps__left_out_2,
    count(CASE WHEN (masked.staff_nps__code = 3) THEN 1 END) AS staff_nps__left_out_3
FROM (SELECT valued.department AS department,
    valued.day AS day,
    valued.segment AS segment,
    valued.exposed AS exposed,
    valued.staff_nps__code AS staff_nps__code,
    CASE WHEN (valued.staff_nps__code = 0) THEN valued.staff_nps__a END AS staff_nps__a
FROM (SELECT [SurveyResponse].department AS department,
    [SurveyResponse].day AS day,
    [SurveyResponse].segment AS segment,
    [SurveyResponse].exposed AS exposed,
    CASE WHEN ([SurveyResponse].instrument = 'NPS') THEN CASE WHEN (CASE WHEN ([SurveyResponse].score BETWEEN -1e+100 AND 1e+100) THEN [SurveyResponse].score END < 0) THEN 1 WHEN (CASE WHEN ([SurveyResponse].score BETWEEN -1e+100 AND 1e+100) THEN [SurveyResponse].score END > 10) THEN 2 WHEN (CASE WHEN ([SurveyResponse].score BETWEEN -1e+100 AND 1e+100) THEN [SurveyResponse].score END IS NULL) THEN 3 ELSE 0 END ELSE -1 END AS staff_nps__code,
    CASE WHEN (CASE WHEN ([SurveyResponse].score BETWEEN -1e+100 AND 1e+100) THEN [SurveyResponse].score END >= 9) THEN 1 WHEN (CASE WHEN ([SurveyResponse].score BETWEEN -1e+100 AND 1e+100) THEN [SurveyResponse].score END <= 6) THEN -1 ELSE 0 END AS staff_nps__a
FROM [SurveyResponse]) AS valued) AS masked GROUP BY masked.day, masked.department, masked.segment, masked.exposed ORDER BY masked.day, masked.department, masked.segment, masked.exposed
