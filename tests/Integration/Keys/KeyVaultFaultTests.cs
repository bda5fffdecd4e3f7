using Gatehouse.Audit;
using Gatehouse.Keys;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.KeyVault;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Keys;

/// <summary>What a Key Vault may do to its reader, against the real client.</summary>
public sealed class KeyVaultFaultTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(TestKeys.CreatedOn);
    private readonly FakeLogCollector _logs = new();
    private KeyVaultServer _vault = null!;
    private KeyVaultSecretSource _source = null!;
    private KeyRing _ring = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _vault = await KeyVaultServer.StartAsync(_time);
        _source = new KeyVaultSecretSource(VaultHost.CreateClient(_vault));
        _ring = new KeyRing(_source, _time, Options.Create(new KeysOptions()), new KeyRetention(TimeSpan.FromMinutes(10) + TokenVerifier.ClockSkew), new AuditLog(NullLoggerFactory.Instance, new RequestOrigin(), Metering.Create()), new FakeLogger<KeyRing>(_logs));
    }

    public ValueTask DisposeAsync() => _vault.DisposeAsync();

    [Fact]
    public async Task VersionDisabledBetweenListAndRead_IsNoFault()
    {
        var version = _vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        version.Enabled = false;

        Assert.Null(await _source.GetValueAsync(VaultHost.KeyName, version.Name, Cancellation));
        Assert.Null(await _source.GetValueAsync(VaultHost.KeyName, "0123456789abcdef0123456789abcdef", Cancellation));
    }

    [Fact]
    public async Task MissingRole_SaysWhichRoleIsNeeded()
    {
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        _vault.Answer(StatusCodes.Status403Forbidden, """{"error":{"code":"Forbidden","message":"Caller is not authorized.","innererror":{"code":"ForbiddenByRbac"}}}""");

        var exception = await Assert.ThrowsAsync<SecretSourceUnavailableException>(() => _source.GetValueAsync(VaultHost.KeyName, "any", Cancellation));

        Assert.Contains("Key Vault Secrets User", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingSecret_HasNoVersions()
    {
        _vault.Answer(StatusCodes.Status404NotFound, """{"error":{"code":"SecretNotFound","message":"A secret with that name was not found."}}""");

        Assert.Empty(await _source.ListVersionsAsync("nothing", Cancellation));
    }

    [Fact]
    public async Task NotFoundOfAnotherServer_DoesNotMeanAMissingSecret()
    {
        _vault.Answer(StatusCodes.Status404NotFound, "<html><h1>404 Not Found</h1></html>");

        await Assert.ThrowsAsync<SecretSourceUnavailableException>(() => _source.ListVersionsAsync("jwt-signing-key", Cancellation));
    }

    // The test's clock stands still, so a client that waited for an hour, or until the ring's time-out, would never end.
    [Fact]
    public async Task VaultThatAsksForAnHour_IsNotAwaited()
    {
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        _vault.Answer(StatusCodes.Status429TooManyRequests, """{"error":{"code":"Throttled","message":"Too many requests."}}""", "3600");

        var exception = await Assert.ThrowsAsync<KeysUnavailableException>(() => _ring.GetAsync(Cancellation).AsTask());

        Assert.Contains("status 429", exception.InnerException?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>Sign in to this network</html>")]
    [InlineData("{}")]
    [InlineData("""{"value":[{}]}""")]
    [InlineData("""{"value":[{"id":"not a URL","attributes":{}}]}""")]
    [InlineData("""{"value":[{"id":"https://vault/secrets/a/b","attributes":{"created":9223372036854775807}}]}""")]
    public async Task AnswerOfAnotherServer_CountsAsUnreachable(string body)
    {
        _vault.Answer(StatusCodes.Status200OK, body);

        await Assert.ThrowsAsync<KeysUnavailableException>(() => _ring.GetAsync(Cancellation).AsTask());
    }

    [Fact]
    public async Task HangingVault_AfterTheRingWasRead_DelaysNoRequestTwice()
    {
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        await _ring.GetAsync(Cancellation);
        _time.Advance(TimeSpan.FromMinutes(16));
        _vault.GoAway();
        await _ring.GetAsync(Cancellation);

        var gate = new TaskCompletionSource();
        _vault.Fault = _ => gate.Task;
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.NotNull((await _ring.GetAsync(Cancellation)).FindActive(_time.GetUtcNow()));
        gate.SetResult();
    }

    [Fact]
    public async Task ReadThatFailsHalfway_KeepsTheVersionsAlreadyRead()
    {
        var first = _vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        var second = _vault.Add(VaultHost.KeyName, TestKeys.Ec);
        _vault.FailValueOf(second, StatusCodes.Status403Forbidden);
        await Assert.ThrowsAsync<KeysUnavailableException>(() => _ring.GetAsync(Cancellation).AsTask());
        _vault.ComeBack();
        _time.Advance(TimeSpan.FromSeconds(10));

        await _ring.GetAsync(Cancellation);

        Assert.Equal(2, _vault.Gets);
        Assert.Single(_logs.GetSnapshot(), record => record.Message.Contains(first.Name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task NoActiveKey_IsReadAgainSoon()
    {
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa, notBefore: _time.GetUtcNow().AddDays(1));
        await Assert.ThrowsAsync<KeysUnavailableException>(() => _ring.GetActiveKeyAsync(Cancellation).AsTask());
        _vault.Add(VaultHost.KeyName, TestKeys.Ec, notBefore: _time.GetUtcNow());
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("ES256", (await _ring.GetActiveKeyAsync(Cancellation)).Algorithm);
    }

    [Fact]
    public async Task NoActiveKey_UnderAnyLoad_IsReadOnceInTenSeconds()
    {
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa, notBefore: _time.GetUtcNow().AddDays(1));
        for (var number = 0; number < 20; number++)
        {
            await Assert.ThrowsAsync<KeysUnavailableException>(() => _ring.GetActiveKeyAsync(Cancellation).AsTask());
        }

        Assert.InRange(_vault.Lists, 1, 2);
    }

    [Fact]
    public async Task VaultThatReturns_IsLogged_Once()
    {
        _vault.Add(VaultHost.KeyName, TestKeys.Rsa);
        await _ring.GetAsync(Cancellation);
        _vault.GoAway();
        _time.Advance(TimeSpan.FromMinutes(16));
        await _ring.GetAsync(Cancellation);
        _vault.ComeBack();
        for (var reading = 0; reading < 3; reading++)
        {
            _time.Advance(TimeSpan.FromMinutes(31));
            await _ring.GetAsync(Cancellation);
        }

        var record = Assert.Single(_logs.GetSnapshot(), static record => record.Message.Contains("can be read again", StringComparison.Ordinal));
        Assert.Equal(LogLevel.Information, record.Level);
    }
}
