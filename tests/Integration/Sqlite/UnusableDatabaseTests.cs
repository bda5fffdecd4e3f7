using System.Text;
using Gatehouse.Local.Sqlite;

namespace Gatehouse.Tests.Integration.Sqlite;

/// <summary>Files that must stop the start with one clear line, and must not be touched.</summary>
public sealed class UnusableDatabaseTests : IDisposable
{
    private const int PageSize = 4096;

    private readonly DatabaseFile _file = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_NewerSchema_IsRefusedAndLeftAlone()
    {
        await _file.AddProductAsync(Cancellation);
        _file.Execute($"PRAGMA user_version = {SqliteSchema.CurrentVersion + 1}");

        AssertUnusable("was written by a newer one");

        Assert.Equal((long)SqliteSchema.CurrentVersion + 1, _file.Execute("PRAGMA user_version"));
        Assert.Equal(1L, _file.Execute("SELECT count(*) FROM products"));
    }

    [Fact]
    public void Open_DatabaseOfAnotherProgram_IsRefusedAndLeftAlone()
    {
        _file.Execute("CREATE TABLE bookmarks (url TEXT)");
        var bytes = File.ReadAllBytes(_file.Path);

        AssertUnusable("belongs to another program");

        Assert.Equal(bytes, File.ReadAllBytes(_file.Path));
    }

    [Fact]
    public void Open_NotADatabase_IsRefused()
    {
        File.WriteAllText(_file.Path, string.Concat(Enumerable.Repeat("This is no database. ", 1000)));

        AssertUnusable("is damaged, or no database at all");
    }

    [Fact]
    public async Task Open_TruncatedFile_IsRefused()
    {
        await _file.AddProductAsync(Cancellation);
        using (var file = File.OpenWrite(_file.Path))
        {
            file.SetLength(file.Length - PageSize - 100);
        }

        AssertUnusable("is damaged, or no database at all");
    }

    [Fact]
    public async Task Open_DamagedPage_IsRefused()
    {
        await _file.AddProductAsync(Cancellation);
        using (var file = File.OpenWrite(_file.Path))
        {
            file.Position = PageSize * 2;
            file.Write(Encoding.ASCII.GetBytes(new string('x', PageSize)));
        }

        AssertUnusable("is damaged, or no database at all");
    }

    [Fact]
    public void Open_FileInPlaceOfTheFolder_IsRefused()
    {
        var file = Path.Combine(_file.Folder, "file");
        File.WriteAllText(file, "");

        var exception = Assert.Throws<DatabaseUnusableException>(() => SqliteDatabase.Open(Path.Combine(file, "gatehouse.db")));

        Assert.Contains("can't be opened", exception.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _file.Dispose();

    private void AssertUnusable(string reason)
    {
        var exception = Assert.Throws<DatabaseUnusableException>(() => _file.Open());

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.Contains(_file.Path, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }
}
