using System.Net;
using Gatehouse.Audit;
using Gatehouse.Keys;
using Gatehouse.Protection.Telemetry;
using Gatehouse.Revocation;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Telemetry;

/// <summary>What is counted of tokens: issued, verified, redeemed again.</summary>
[DependsOnStorage]
public sealed class TokenMetricTests : GatehouseTest
{
    private TokenForge _forge = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _forge = await TokenForge.CreateAsync(Host);
    }

    [Fact]
    public async Task GoodToken_CountsAsAccepted_AndIsTimedAsRememberedTheSecondTime()
    {
        using var verifications = Host.Listen<long>(MetricNames.TokenVerifications);
        using var duration = Host.Listen<double>(MetricNames.TokenVerificationDuration);
        var token = _forge.WithClaim("jti", "once");

        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(token));
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(token));

        Assert.Equal(["outcome=accepted", "outcome=accepted"], verifications.Attributes());
        Assert.Equal(["remembered=False", "remembered=True"], duration.Attributes());
    }

    [Theory]
    [InlineData("typ", "JWT", "wrong_type")]
    [InlineData("crit", "exp", "critical_header")]
    [InlineData("kid", null, "no_key_id")]
    [InlineData("kid", "another", "unknown_key")]
    [InlineData("alg", "RS512", "wrong_algorithm")]
    public async Task RejectedHeader_CountsAsItsReason(string name, string? value, string reason) =>
        await AssertRejectedAsync(_forge.WithHeader(name, value), reason);

    [Theory]
    [InlineData("iss", "https://elsewhere.example", "wrong_issuer")]
    [InlineData("aud", "somebody else", "wrong_audience")]
    [InlineData("sub", null, "invalid_claims")]
    public async Task RejectedClaim_CountsAsItsReason(string name, string? value, string reason) =>
        await AssertRejectedAsync(_forge.WithClaim(name, value), reason);

    [Theory]
    [InlineData("exp", -30, "expired")]
    [InlineData("nbf", 60, "not_yet_valid")]
    public async Task WrongTime_CountsAsItsReason(string name, int secondsFromNow, string reason) =>
        await AssertRejectedAsync(_forge.WithClaim(name, Host.Time.GetUtcNow().ToUnixTimeSeconds() + secondsFromNow), reason);

    [Fact]
    public async Task NoToken_CountsAsMalformed() => await AssertRejectedAsync("not.a.token", "malformed");

    [Fact]
    public async Task LongToken_CountsAsTooLong() => await AssertRejectedAsync(new string('a', 8193), "too_long");

    [Fact]
    public async Task MemberTwice_CountsAsDuplicateMember() =>
        await AssertRejectedAsync(_forge.Sign(_forge.Header().ToJsonString().Replace("{", "{\"kid\":\"another\",", StringComparison.Ordinal), _forge.Claims().ToJsonString()), "duplicate_member");

    [Fact]
    public async Task WrongSignature_CountsAsItsReason() =>
        await AssertRejectedAsync(TokenForge.Sign(_forge.Header().ToJsonString(), _forge.Claims().ToJsonString(), static _ => new byte[256]), "bad_signature");

    [Fact]
    public async Task RevokedToken_CountsAsRevoked()
    {
        var tokens = await Host.SignInAsAsync("reader");
        using var logout = await Host.SendAsync(HttpMethod.Post, "/logout", tokens.AccessToken);
        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);

        await AssertRejectedAsync(tokens.AccessToken, "revoked");
    }

    [Fact]
    public async Task RequestWithoutAToken_CountsNothing()
    {
        using var verifications = Host.Listen<long>(MetricNames.TokenVerifications);

        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(null));

        Assert.Empty(verifications.Attributes());
    }

    [Fact]
    public async Task EveryGrant_CountsTheTokenThatItGave()
    {
        using var issued = Host.Listen<long>(AccessTokenIssuer.IssuedMetric);
        await Host.AddClientSecretAsync();

        var tokens = await Host.SignInAsAsync("reader");
        using var refreshed = await RefreshAsync(tokens.RefreshToken!);
        using var granted = await Host.PostFormAsync(
            "/token",
            ("grant_type", "client_credentials"),
            ("client_id", GatehouseHost.ClientId),
            ("client_secret", GatehouseHost.ClientSecret));

        Assert.Equal(HttpStatusCode.OK, refreshed.StatusCode);
        Assert.Equal(HttpStatusCode.OK, granted.StatusCode);
        Assert.Equal(["grant=password", "grant=refresh_token", "grant=client_credentials"], issued.Attributes());
    }

    [Fact]
    public async Task UsedRefreshToken_CountsAsReuse_ButNotWithinTheLeeway()
    {
        using var reuses = Host.Listen<long>(AuditMetrics.RefreshReuses);
        var tokens = await Host.SignInAsAsync("reader");
        using var first = await RefreshAsync(tokens.RefreshToken!);
        using var repeated = await RefreshAsync(tokens.RefreshToken!);
        Assert.Equal(HttpStatusCode.OK, repeated.StatusCode);
        Assert.Empty(reuses.GetMeasurementSnapshot());
        Host.Time.Advance(TimeSpan.FromSeconds(30));

        using var reused = await RefreshAsync(tokens.RefreshToken!);

        Assert.Equal(HttpStatusCode.BadRequest, reused.StatusCode);
        Assert.Equal(1, reuses.Total());
    }

    [Fact]
    public async Task AgeOfTheKeys_IsTheTimeSinceTheyWereRead_AndThatOfTheSigningKeySinceItSigns()
    {
        using var age = Host.Listen<double>(KeyRing.AgeMetric);
        using var signing = Host.Listen<double>(KeySet.SigningAgeMetric);
        _ = await Host.Services.GetRequiredService<KeyRing>().GetAsync(TestContext.Current.CancellationToken);
        Host.Time.Advance(TimeSpan.FromSeconds(90));

        Assert.Equal(90, age.ReadGauge());
        Assert.Equal((Host.Time.GetUtcNow() - TestKeys.CreatedOn).TotalSeconds, signing.ReadGauge());
    }

    [Fact]
    public async Task AgeOfTheKeys_NeverRead_HasNoValue()
    {
        await using var host = await GatehouseHost.StartAsync();
        using var age = host.Listen<double>(KeyRing.AgeMetric);
        using var signing = host.Listen<double>(KeySet.SigningAgeMetric);

        Assert.Null(age.ReadGauge());
        Assert.Null(signing.ReadGauge());
    }

    [Fact]
    public async Task Feed_ShowsItsAgeAndItsEntries()
    {
        using var age = Host.Listen<double>(RevocationFeed.AgeMetric);
        using var entries = Host.Listen<int>(RevocationFeed.EntriesMetric);
        var tokens = await Host.SignInAsAsync("reader");
        using var logout = await Host.SendAsync(HttpMethod.Post, "/logout", tokens.AccessToken);
        Assert.Equal(1, entries.ReadGauge());
        Host.Time.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(4, age.ReadGauge());
    }

    private async Task AssertRejectedAsync(string token, string reason)
    {
        using var verifications = Host.Listen<long>(MetricNames.TokenVerifications);

        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(token));

        Assert.Equal(["outcome=" + reason], verifications.Attributes());
    }

    private Task<HttpResponseMessage> RefreshAsync(string token) => Host.PostFormAsync("/token", ("grant_type", "refresh_token"), ("refresh_token", token));
}
