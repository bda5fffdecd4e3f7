using Gatehouse.Local.Sqlite;

namespace Gatehouse.Tests.Unit.Local;

public sealed class SqlOperationTests
{
    [Theory]
    [InlineData("SELECT a, b FROM users WHERE key = @key", "SELECT users")]
    [InlineData("SELECT number,\n    kind\nFROM revocations\nLIMIT 1", "SELECT revocations")]
    [InlineData("INSERT INTO products (id) VALUES (@id) ON CONFLICT (id) DO NOTHING", "INSERT products")]
    [InlineData("UPDATE users\nSET name = @name", "UPDATE users")]
    [InlineData("DELETE FROM revocations WHERE number IN (SELECT number FROM revocations)", "DELETE revocations")]
    [InlineData("  select 1 from users", "SELECT users")]
    [InlineData("PRAGMA quick_check(1)", "other")]
    public void Statement_IsNamedByVerbAndTable(string sql, string operation) => Assert.Equal(operation, SqlOperation.Of(sql));
}
