SELECT masked.day,
    masked.department,
    masked.segment,
    masked.exposed,
    count(CASE WHEN (masked.sus__expected_code = 0) THEN 1 END) AS sus__expected_n
FROM (SELECT valued.department AS department,
    valued.day AS day,
    valued.segment AS segment,
    valued.exposed AS exposed,
    valued.sus__expected_code AS sus__expected_code
FROM (SELECT "SurveyInvitation".department AS department,
    "SurveyInvitation".day AS day,
    "SurveyInvitation".segment AS segment,
    "SurveyInvitation".exposed AS exposed,
    CASE WHEN ("SurveyInvitation".instrument = 'SUS') THEN 0 ELSE -1 END AS sus__expected_code
FROM "SurveyInvitation") valued) masked GROUP BY masked.day, masked.department, masked.segment, masked.exposed ORDER BY masked.day, masked.department, masked.segment, masked.exposed

SELECT gathered.day,
    gathered.department,
    gathered.segment,
    gathered.exposed,
    count(CASE WHEN (gathered.sus__rows >= 10 AND gathered.sus__rows <= 10 AND gathered.sus__sum + -10.0 BETWEEN 0.0 AND 40.0) THEN gathered.sus__sum + -10.0 END) AS sus__a_n,
    sum(CASE WHEN (gathered.sus__rows >= 10 AND gathered.sus__rows <= 10 AND gathered.sus__sum + -10.0 BETWEEN 0.0 AND 40.0) THEN gathered.sus__sum + -10.0 END) AS sus__a_sum,
    sum(CASE WHEN (gathered.sus__rows >= 10 AND gathered.sus__rows <= 10 AND gathered.sus__sum + -10.0 BETWEEN 0.0 AND 40.0) THEN gathered.sus__sum + -10.0 END * CASE WHEN (gathered.sus__rows >= 10 AND gathered.sus__rows <= 10 AND gathered.sus__sum + -10.0 BETWEEN 0.0 AND 40.0) THEN gathered.sus__sum + -10.0 END) AS sus__a_squares,
    sum(gathered.sus__left_out_1) AS sus__left_out_1,
    sum(gathered.sus__left_out_2) + count(CASE WHEN (gathered.sus__rows >= 10 AND gathered.sus__rows <= 10 AND gathered.sus__sum + -10.0 NOT BETWEEN 0.0 AND 40.0) THEN 1 END) AS sus__left_out_2, count(CASE WHEN (gathered.sus__rows > 0 AND NOT (gathered.sus__rows >= 10 AND gathered.sus__rows <= 10)) THEN 1 END) AS sus__left_out_3
FROM (SELECT valued.day AS day,
    valued.department AS department,
    valued.segment AS segment,
    valued.exposed AS exposed,
    valued.gathered_by AS gathered_by,
    count(CASE WHEN (valued.sus__code = 0) THEN 1 END) AS sus__rows,
    sum(CASE WHEN (valued.sus__code = 0) THEN valued.sus__a END) AS sus__sum,
    count(CASE WHEN (valued.sus__code = 1) THEN 1 END) AS sus__left_out_1,
    count(CASE WHEN (valued.sus__code = 2) THEN 1 END) AS sus__left_out_2
FROM (SELECT "SurveyResponse".day AS day,
    "SurveyResponse".department AS department,
    "SurveyResponse".segment AS segment,
    "SurveyResponse".exposed AS exposed,
    "SurveyResponse".form AS gathered_by,
    CASE WHEN ("SurveyResponse".instrument = 'SUS') THEN CASE WHEN ("SurveyResponse".score IS NULL OR "SurveyResponse".form IS NULL) THEN 1 WHEN (CAST("SurveyResponse".score AS DOUBLE PRECISION) NOT BETWEEN 1.0 AND 5.0) THEN 2 ELSE 0 END ELSE -1 END AS sus__code,
    CASE WHEN ("SurveyResponse".item IN ('sus_2', 'sus_4', 'sus_6', 'sus_8', 'sus_10')) THEN 6.0 - CAST("SurveyResponse".score AS DOUBLE PRECISION) ELSE CAST("SurveyResponse".score AS DOUBLE PRECISION) END AS sus__a
FROM "SurveyResponse") valued GROUP BY valued.day, valued.department, valued.segment, valued.exposed, valued.gathered_by) gathered GROUP BY gathered.day, gathered.department, gathered.segment, gathered.exposed ORDER BY gathered.day, gathered.department, gathered.segment, gathered.exposed
