SELECT masked.day,
    masked.department,
    masked.segment,
    masked.exposed,
    count(masked.msg_tat_h__a) AS msg_tat_h__a_n,
    sum(masked.msg_tat_h__a) AS msg_tat_h__a_sum,
    sum(masked.msg_tat_h__a * masked.msg_tat_h__a) AS msg_tat_h__a_squares,
    count(masked.msg_tat_h__since) AS msg_tat_h__open,
    count(CASE WHEN (masked.msg_tat_h__code = 1) THEN 1 END) AS msg_tat_h__left_out_1
FROM (SELECT valued.department AS department,
    valued.day AS day,
    valued.segment AS segment,
    valued.exposed AS exposed,
    valued.msg_tat_h__code AS msg_tat_h__code,
    CASE WHEN (valued.msg_tat_h__code = 0) THEN valued.msg_tat_h__a END AS msg_tat_h__a,
    CASE WHEN (valued.msg_tat_h__code = 0 AND valued.msg_tat_h__a IS NULL) THEN valued.msg_tat_h__since END AS msg_tat_h__since
FROM (SELECT [Message].department AS department,
    [Message].day AS day,
    [Message].segment AS segment,
    [Message].exposed AS exposed,
    CASE WHEN ([Message].received_at IS NULL) THEN 1 ELSE 0 END AS msg_tat_h__code, CAST(CAST(DATEDIFF_BIG(MICROSECOND, CASE WHEN ([Message].received_at < calendar_received_at.opens) THEN calendar_received_at.opens WHEN ([Message].received_at > calendar_received_at.closes) THEN calendar_received_at.closes ELSE [Message].received_at END, CASE WHEN ([Message].replied_at < calendar_replied_at.opens) THEN calendar_replied_at.opens WHEN ([Message].replied_at > calendar_replied_at.closes) THEN calendar_replied_at.closes ELSE [Message].replied_at END) AS DOUBLE PRECISION) / 60000000 - (CAST(DATEDIFF_BIG(MICROSECOND, calendar_received_at.opens, calendar_replied_at.opens) AS DOUBLE PRECISION) / 60000000 - (calendar_replied_at.minutes_before - calendar_received_at.minutes_before)) AS DOUBLE PRECISION) AS msg_tat_h__a,
    CAST(DATEDIFF_BIG(MICROSECOND, [Message].day, [Message].received_at) AS DOUBLE PRECISION) / 60000000 AS msg_tat_h__since
FROM [Message] LEFT OUTER JOIN calendar AS calendar_received_at ON calendar_received_at.day = CAST([Message].received_at AS DATE) LEFT OUTER JOIN calendar AS calendar_replied_at ON calendar_replied_at.day = CAST([Message].replied_at AS DATE)) AS valued) AS masked GROUP BY masked.day, masked.department, masked.segment, masked.exposed ORDER BY masked.day, masked.department, masked.segment, masked.exposed

SELECT 'msg_tat_h' AS kpi,
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
    FLOOR(masked.msg_tat_h__a / (30.0 + 0.0)) AS bin
FROM (SELECT valued.department AS department,
    valued.day AS day,
    valued.segment AS segment,
    valued.exposed AS exposed,
    valued.msg_tat_h__code AS msg_tat_h__code,
    CASE WHEN (valued.msg_tat_h__code = 0) THEN valued.msg_tat_h__a END AS msg_tat_h__a,
    CASE WHEN (valued.msg_tat_h__code = 0 AND valued.msg_tat_h__a IS NULL) THEN valued.msg_tat_h__since END AS msg_tat_h__since
FROM (SELECT [Message].department AS department,
    [Message].day AS day,
    [Message].segment AS segment,
    [Message].exposed AS exposed,
    CASE WHEN ([Message].received_at IS NULL) THEN 1 ELSE 0 END AS msg_tat_h__code, CAST(CAST(DATEDIFF_BIG(MICROSECOND, CASE WHEN ([Message].received_at < calendar_received_at.opens) THEN calendar_received_at.opens WHEN ([Message].received_at > calendar_received_at.closes) THEN calendar_received_at.closes ELSE [Message].received_at END, CASE WHEN ([Message].replied_at < calendar_replied_at.opens) THEN calendar_replied_at.opens WHEN ([Message].replied_at > calendar_replied_at.closes) THEN calendar_replied_at.closes ELSE [Message].replied_at END) AS DOUBLE PRECISION) / 60000000 - (CAST(DATEDIFF_BIG(MICROSECOND, calendar_received_at.opens, calendar_replied_at.opens) AS DOUBLE PRECISION) / 60000000 - (calendar_replied_at.minutes_before - calendar_received_at.minutes_before)) AS DOUBLE PRECISION) AS msg_tat_h__a,
    CAST(DATEDIFF_BIG(MICROSECOND, [Message].day, [Message].received_at) AS DOUBLE PRECISION) / 60000000 AS msg_tat_h__since
FROM [Message] LEFT OUTER JOIN calendar AS calendar_received_at ON calendar_received_at.day = CAST([Message].received_at AS DATE) LEFT OUTER JOIN calendar AS calendar_replied_at ON calendar_replied_at.day = CAST([Message].replied_at AS DATE)) AS valued) AS masked
WHERE FLOOR(masked.msg_tat_h__a / (30.0 + 0.0)) IS NOT NULL) AS binned GROUP BY binned.day,
    binned.department,
    binned.segment,
    binned.exposed,
    binned.bin UNION ALL SELECT 'msg_tat_h' AS kpi,
    'open' AS kind,
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
    FLOOR(masked.msg_tat_h__since / (60.0 + 0.0)) AS bin
FROM (SELECT valued.department AS department,
    valued.day AS day,
    valued.segment AS segment,
    valued.exposed AS exposed,
    valued.msg_tat_h__code AS msg_tat_h__code,
    CASE WHEN (valued.msg_tat_h__code = 0) THEN valued.msg_tat_h__a END AS msg_tat_h__a,
    CASE WHEN (valued.msg_tat_h__code = 0 AND valued.msg_tat_h__a IS NULL) THEN valued.msg_tat_h__since END AS msg_tat_h__since
FROM (SELECT [Message].department AS department,
    [Message].day AS day,
    [Message].segment AS segment,
    [Message].exposed AS exposed,
    CASE WHEN ([Message].received_at IS NULL) THEN 1 ELSE 0 END AS msg_tat_h__code, CAST(CAST(DATEDIFF_BIG(MICROSECOND, CASE WHEN ([Message].received_at < calendar_received_at.opens) THEN calendar_received_at.opens WHEN ([Message].received_at > calendar_received_at.closes) THEN calendar_received_at.closes ELSE [Message].received_at END, CASE WHEN ([Message].replied_at < calendar_replied_at.opens) THEN calendar_replied_at.opens WHEN ([Message].replied_at > calendar_replied_at.closes) THEN calendar_replied_at.closes ELSE [Message].replied_at END) AS DOUBLE PRECISION) / 60000000 - (CAST(DATEDIFF_BIG(MICROSECOND, calendar_received_at.opens, calendar_replied_at.opens) AS DOUBLE PRECISION) / 60000000 - (calendar_replied_at.minutes_before - calendar_received_at.minutes_before)) AS DOUBLE PRECISION) AS msg_tat_h__a,
    CAST(DATEDIFF_BIG(MICROSECOND, [Message].day, [Message].received_at) AS DOUBLE PRECISION) / 60000000 AS msg_tat_h__since
FROM [Message] LEFT OUTER JOIN calendar AS calendar_received_at ON calendar_received_at.day = CAST([Message].received_at AS DATE) LEFT OUTER JOIN calendar AS calendar_replied_at ON calendar_replied_at.day = CAST([Message].replied_at AS DATE)) AS valued) AS masked
WHERE FLOOR(masked.msg_tat_h__since / (60.0 + 0.0)) IS NOT NULL) AS binned GROUP BY binned.day, binned.department, binned.segment, binned.exposed, binned.bin
