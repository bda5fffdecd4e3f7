using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Local.Sqlite;

/// <summary>
/// The tables, and the migrations that create them. The schema version is SQLite's <c>user_version</c>: the number of
/// migrations that the database has been through.
/// </summary>
/// <remarks>
/// Times are 100 ns ticks since the year 1 (UTC), prices are strings: both are read exactly as they were stored. Each
/// write draws a random row version. With a counter, a row that was removed and added again could match an old version.
/// </remarks>
internal static class SqliteSchema
{
    // Marks a database of Gatehouse: "Gths" in ASCII.
    private const int ApplicationId = 0x47746873;

    // Only append: existing databases have been through these.
    private static readonly ImmutableArray<string> Migrations =
    [
        """
        CREATE TABLE users (
            key           TEXT    NOT NULL PRIMARY KEY,
            name          TEXT    NOT NULL,
            id            TEXT    NOT NULL UNIQUE,
            password_hash TEXT    NOT NULL,
            roles         TEXT    NOT NULL,
            is_enabled    INTEGER NOT NULL,
            created_at    INTEGER NOT NULL,
            version       TEXT    NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE refresh_token_families (
            id               TEXT    NOT NULL PRIMARY KEY,
            subject          TEXT    NOT NULL,
            user_name        TEXT    NOT NULL,
            client_id        TEXT    NOT NULL,
            scopes           TEXT    NOT NULL,
            authenticated_at INTEGER NOT NULL,
            expires_at       INTEGER NOT NULL,
            idle_expires_at  INTEGER NOT NULL,
            current_hash     BLOB    NOT NULL,
            previous_hash    BLOB    NOT NULL,
            rotation_salt    BLOB    NOT NULL,
            rotated_at       INTEGER,
            revoked_at       INTEGER,
            version          TEXT    NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX refresh_token_families_by_end ON refresh_token_families (expires_at);

        CREATE TABLE products (
            id          TEXT    NOT NULL PRIMARY KEY,
            name        TEXT    NOT NULL,
            search_name TEXT    NOT NULL,
            category    TEXT    NOT NULL,
            price       TEXT    NOT NULL,
            currency    TEXT    NOT NULL,
            created_at  INTEGER NOT NULL,
            updated_at  INTEGER NOT NULL,
            version     TEXT    NOT NULL,
            description TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX products_by_category ON products (category, id);
        """,
        """
        ALTER TABLE users ADD COLUMN must_change_password INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE users ADD COLUMN failed_sign_ins INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE users ADD COLUMN locked_until INTEGER;
        ALTER TABLE users ADD COLUMN tokens_revoked_at INTEGER;
        ALTER TABLE users ADD COLUMN sessions_ended_at INTEGER;
        ALTER TABLE users ADD COLUMN kept_session_id TEXT;

        CREATE TABLE revocations (
            number         INTEGER PRIMARY KEY AUTOINCREMENT,
            kind           INTEGER NOT NULL,
            id             TEXT    NOT NULL,
            revoked_at     INTEGER NOT NULL,
            expires_at     INTEGER NOT NULL,
            except_session TEXT
        ) STRICT;
        CREATE INDEX revocations_by_end ON revocations (expires_at);
        """,
        "ALTER TABLE refresh_token_families ADD COLUMN proof_key_thumbprint TEXT;",
        """
        CREATE TABLE quotas (
            key        TEXT    NOT NULL PRIMARY KEY,
            expires_at INTEGER NOT NULL,
            version    TEXT    NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX quotas_by_end ON quotas (expires_at);
        """,
        """
        ALTER TABLE users DROP COLUMN failed_sign_ins;
        ALTER TABLE users DROP COLUMN locked_until;
        ALTER TABLE users DROP COLUMN kept_session_id;
        ALTER TABLE users ADD COLUMN sign_ins TEXT;
        ALTER TABLE revocations DROP COLUMN except_session;
        ALTER TABLE refresh_token_families ADD COLUMN sessions_ended_at INTEGER;
        ALTER TABLE refresh_token_families ADD COLUMN repeats INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE refresh_token_families ADD COLUMN earlier_repeats INTEGER NOT NULL DEFAULT 0;
        """,
        "ALTER TABLE refresh_token_families ADD COLUMN audiences TEXT NOT NULL DEFAULT '[]';",
        """
        CREATE TABLE clients (
            id      TEXT NOT NULL PRIMARY KEY,
            content TEXT NOT NULL,
            version TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,
        "ALTER TABLE refresh_token_families ADD COLUMN authentication_methods TEXT NOT NULL DEFAULT '[]';",
        "ALTER TABLE users ADD COLUMN password_expires_at INTEGER;",
        "ALTER TABLE clients ADD COLUMN last_used_at INTEGER;",
        "ALTER TABLE users ADD COLUMN factors TEXT;",
        """
        ALTER TABLE refresh_token_families ADD COLUMN network TEXT;
        ALTER TABLE refresh_token_families ADD COLUMN user_agent TEXT;
        ALTER TABLE refresh_token_families ADD COLUMN is_listed INTEGER NOT NULL DEFAULT 1;
        CREATE INDEX refresh_token_families_by_user ON refresh_token_families (subject) WHERE is_listed = 1;
        """,
        """
        ALTER TABLE users ADD COLUMN email TEXT;
        ALTER TABLE users ADD COLUMN verified_email TEXT;
        CREATE UNIQUE INDEX users_by_verified_email ON users (verified_email) WHERE verified_email IS NOT NULL;
        """,
    ];

    /// <summary>The schema version of this program.</summary>
    public static int CurrentVersion => Migrations.Length;

    /// <summary>Updates a database to <see cref="CurrentVersion"/>, in one transaction that no other process can interrupt.</summary>
    /// <returns>The version before.</returns>
    /// <exception cref="DatabaseUnusableException">The database is newer than this program, or belongs to another program.</exception>
    public static int Migrate(SqliteConnection connection)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        var version = ReadVersion(connection);
        if (version == CurrentVersion)
        {
            return version;
        }

        if (version > CurrentVersion)
        {
            throw new DatabaseUnusableException(
                $"The database {connection.DataSource} has schema version {version}, and this program knows versions up to {CurrentVersion}: it was written by a newer one. Use the newer program, or another data folder.");
        }

        foreach (var migration in Migrations.AsSpan()[version..])
        {
            Execute(connection, migration);
        }

        Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {CurrentVersion};"));
        transaction.Commit();
        return version;
    }

    private static int ReadVersion(SqliteConnection connection)
    {
        if (Read(connection, "SELECT count(*) FROM sqlite_schema") == 0)
        {
            return 0;
        }

        return Read(connection, "PRAGMA application_id") == ApplicationId
            ? (int)Read(connection, "PRAGMA user_version")
            : throw new DatabaseUnusableException($"The database {connection.DataSource} belongs to another program. Use another data folder.");
    }

    private static long Read(SqliteConnection connection, string sql)
    {
        using var command = Create(connection, sql);
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = Create(connection, sql);
        _ = command.ExecuteNonQuery();
    }

    // A command of the connection takes part in its transaction.
    private static SqliteCommand Create(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
