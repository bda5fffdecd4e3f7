using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>The tables, and the steps from each version of them to the next.</summary>
internal static class SqliteSchema
{
    // Step i makes version i + 1. A step that was released is never changed; a change is a further step.
    // Times are ticks of UTC, so that nothing is lost between a write and a read.
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE users (
            name_key TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            id TEXT NOT NULL UNIQUE,
            password_hash TEXT NOT NULL,
            roles TEXT NOT NULL,
            is_enabled INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            version INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE refresh_token_families (
            id TEXT PRIMARY KEY,
            subject TEXT NOT NULL,
            user_name TEXT NOT NULL,
            client_id TEXT NOT NULL,
            scopes TEXT NOT NULL,
            authenticated_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            idle_expires_at INTEGER NOT NULL,
            current_hash BLOB NOT NULL,
            previous_hash BLOB NOT NULL,
            rotation_salt BLOB NOT NULL,
            rotated_at INTEGER NULL,
            revoked_at INTEGER NULL,
            version INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX refresh_token_families_by_end ON refresh_token_families (expires_at);
        CREATE TABLE products (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            name_key TEXT NOT NULL,
            description TEXT NULL,
            category TEXT NOT NULL,
            price TEXT NOT NULL,
            currency TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            version INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX products_by_category ON products (category, id);
        """,
    ];

    /// <exception cref="DatabaseUnusableException">A newer Gatehouse has written the file.</exception>
    public static void Update(SqliteConnection connection, string path)
    {
        Execute(connection, "PRAGMA journal_mode = WAL");

        // Immediate: of two programs that start over one new file, the second waits and finds the work done.
        using var transaction = connection.BeginTransaction(deferred: false);
        var version = ReadVersion(connection);
        if (version > Steps.Length)
        {
            throw new DatabaseUnusableException($"The database {path} has schema {version}, which a newer Gatehouse wrote; this one knows {Steps.Length}. Run the newer one.");
        }

        for (var step = version; step < Steps.Length; step++)
        {
            Execute(connection, Steps[step]);
        }

        Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {Steps.Length}"));
        transaction.Commit();
    }

    private static int ReadVersion(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    // The texts are the constants above.
    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // No part of it comes from outside.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
