-- Rows of a load without a key, or with that of another row of it.
SELECT row_id
    FROM (
        SELECT rowid AS row_id, {is_missing} AS is_missing, row_number() OVER (PARTITION BY {key} ORDER BY rowid{order}) AS copy
        FROM {kept}
        WHERE {batch} = {number}
          AND ({is_missing} OR {tuple} IN (SELECT {key} FROM {kept} WHERE {batch} = {number} GROUP BY {key} HAVING count(*) > 1))
    )
    WHERE is_missing OR copy > 1
