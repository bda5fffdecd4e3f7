using Gatehouse.Keys;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Unit.Keys;

public sealed class FileSecretSourceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gatehouse-test-");
    private readonly FakeTimeProvider _time = new();
    private readonly FakeLogCollector _logs = new();
    private readonly FileSecretSource _source;

    public FileSecretSourceTests()
    {
        _source = new FileSecretSource(Options.Create(new KeysOptions { Folder = _folder.FullName }), _time, new FakeLogger<FileSecretSource>(_logs));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task AddedVersion_IsListed_AndReadable()
    {
        var first = await _source.AddVersionAsync("a-secret", "one", "text/plain", Cancellation);
        _time.Advance(TimeSpan.FromHours(1));
        var second = await _source.AddVersionAsync("a-secret", "two", "text/plain", Cancellation);

        var versions = await _source.ListVersionsAsync("a-secret", Cancellation);
        Assert.Equal(new[] { first, second }.Order(), versions.Select(static version => version.Version).Order());
        Assert.Equal(TimeSpan.FromHours(1), versions.Single(version => version.Version == second).CreatedOn - versions.Single(version => version.Version == first).CreatedOn);
        Assert.Equal("one", await _source.GetValueAsync("a-secret", first, Cancellation));
        Assert.Equal("two", await _source.GetValueAsync("a-secret", second, Cancellation));
    }

    [Fact]
    public async Task AddedVersion_IsReadableByItsOwnerOnly()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no Unix modes.");
        var version = await _source.AddVersionAsync("a-secret", "one", "text/plain", Cancellation);

        Assert.True(!OperatingSystem.IsWindows()
            && File.GetUnixFileMode(Path.Combine(_folder.FullName, "a-secret", version + ".json")) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public async Task MissingSecret_HasNoVersions()
    {
        Assert.Empty(await _source.ListVersionsAsync("nothing", Cancellation));
        Assert.Null(await _source.GetValueAsync("nothing", "version", Cancellation));
    }

    [Fact]
    public async Task VersionWithoutEnabledAttribute_IsEnabled()
    {
        Write("a-secret", "v1", """{"value":"x","attributes":{"created":1}}""");

        Assert.True(Assert.Single(await _source.ListVersionsAsync("a-secret", Cancellation)).Enabled);
        Assert.Equal("x", await _source.GetValueAsync("a-secret", "v1", Cancellation));
    }

    [Fact]
    public async Task DisabledVersion_HasNoValue()
    {
        Write("a-secret", "v1", """{"value":"x","attributes":{"enabled":false,"created":1,"nbf":2,"exp":3}}""");

        var version = Assert.Single(await _source.ListVersionsAsync("a-secret", Cancellation));
        Assert.Equal(new SecretVersion("v1", false, DateTimeOffset.UnixEpoch.AddSeconds(1), DateTimeOffset.UnixEpoch.AddSeconds(2), DateTimeOffset.UnixEpoch.AddSeconds(3)), version);
        Assert.Null(await _source.GetValueAsync("a-secret", "v1", Cancellation));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"value":"x"}""")]
    [InlineData("""{"value":null,"attributes":{"created":1}}""")]
    [InlineData("""{"value":"x","attributes":null}""")]
    [InlineData("""{"value":"x","attributes":{"created":9223372036854775807}}""")]
    [InlineData("""{"value":"x","attributes":{"created":1,"nbf":999999999999999}}""")]
    [InlineData("""{"value":"x","attributes":{"created":1,"exp":-999999999999999}}""")]
    public async Task MalformedFile_IsSkippedAndLogged_AndOthersStillWork(string content)
    {
        Write("a-secret", "broken", content);
        await _source.AddVersionAsync("a-secret", "good", "text/plain", Cancellation);

        Assert.Single(await _source.ListVersionsAsync("a-secret", Cancellation));
        var record = Assert.Single(_logs.GetSnapshot(), static record => record.Message.Contains("broken.json", StringComparison.Ordinal));
        Assert.Equal(LogLevel.Error, record.Level);
        Assert.Null(await _source.GetValueAsync("a-secret", "broken", Cancellation));
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("a.b")]
    public async Task InvalidName_IsRefused(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _source.ListVersionsAsync(name, Cancellation));
    }

    [Fact]
    public async Task VersionOutsideTheFolder_HasNoValue()
    {
        Write("other", "v1", """{"value":"x","attributes":{"created":1}}""");

        Assert.Null(await _source.GetValueAsync("a-secret", "../other/v1", Cancellation));
    }

    private void Write(string secret, string version, string content) =>
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_folder.FullName, secret)).FullName, version + ".json"), content);
}
