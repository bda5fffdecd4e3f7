using System.Net;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.DPoP;

/// <summary>Proofs that need a nonce of the server (RFC 9449 §8 and §9).</summary>
public sealed class NonceTests : IAsyncLifetime
{
    private static readonly Dictionary<string, string?> Settings = new() { ["Protection:DPoP:RequireNonce"] = "true" };

    private TwoHosts _hosts = null!;
    private ProofForge _key = null!;

    private GatehouseHost Host => _hosts.First;

    public async ValueTask InitializeAsync()
    {
        _hosts = await TwoHosts.StartAsync(Settings);
        await Host.AddClientSecretAsync();
        _key = new ProofForge(Host);
    }

    public async ValueTask DisposeAsync()
    {
        _key.Dispose();
        await _hosts.DisposeAsync();
    }

    [Fact]
    public async Task TokenEndpoint_AsksForANonce_AndTakesIt()
    {
        using var without = await Host.AskForClientTokenAsync(_key.Prove("POST", "/token"));
        var nonce = ReadNonce(without);

        using var with = await Host.AskForClientTokenAsync(_key.Prove("POST", "/token", nonce: nonce));

        Assert.Equal("use_dpop_nonce", await without.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
        Assert.Equal(HttpStatusCode.OK, with.StatusCode);
        Assert.False(with.Headers.Contains("DPoP-Nonce"));
    }

    [Fact]
    public async Task ProtectedFunction_AsksForANonce_AndTakesIt()
    {
        var token = await _hosts.First.FetchBoundTokenAsync(_key, await FetchNonceAsync());
        using var without = await Host.ReadSamplesWithProofsAsync(token, _key.Prove("GET", "/samples", token));

        using var with = await Host.ReadSamplesWithProofsAsync(token, _key.Prove("GET", "/samples", token, ReadNonce(without)));

        await without.ReadProblemAsync(HttpStatusCode.Unauthorized, "use-dpop-nonce");
        Assert.Contains("error=\"use_dpop_nonce\"", Assert.Single(without.Headers.GetValues("WWW-Authenticate")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, with.StatusCode);
    }

    [Fact]
    public async Task SignIn_AsksForANonce_BeforeItLooksAtThePassword()
    {
        using var response = await Host.AuthenticateAsync("nobody", _key.Prove("POST", "/authenticate"));

        await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "use-dpop-nonce");
        Assert.NotEmpty(ReadNonce(response));
    }

    [Fact]
    public async Task NonceOfOneInstance_IsGoodAtAnother()
    {
        var nonce = await FetchNonceAsync();

        using var response = await _hosts.Second.AskForClientTokenAsync(_key.Prove("POST", "/token", nonce: nonce));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task AgingNonce_IsFollowedByTheNext_InAnUncachedAnswer()
    {
        var nonce = await FetchNonceAsync();
        var token = await Host.FetchBoundTokenAsync(_key, nonce);
        _hosts.Time.Advance(TimeSpan.FromSeconds(151));

        using var listing = await Host.ReadSamplesWithProofsAsync(token, _key.Prove("GET", "/samples", token, nonce));
        using var answer = await Host.AskForClientTokenAsync(_key.Prove("POST", "/token", nonce: nonce));
        _hosts.Time.Advance(TimeSpan.FromSeconds(149));
        using var next = await Host.ReadSamplesWithProofsAsync(token, _key.Prove("GET", "/samples", token, ReadNonce(listing)));

        Assert.Equal(HttpStatusCode.OK, listing.StatusCode);
        Assert.True(listing.Headers.CacheControl?.NoStore);
        Assert.NotEmpty(ReadNonce(answer));
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task ExpiredNonce_IsRefused()
    {
        var nonce = await FetchNonceAsync();
        _hosts.Time.Advance(TimeSpan.FromMinutes(5));

        await AssertRefusedAsync(nonce);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("////////////////////////////////")]
    [InlineData("gAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("f_________________AAAAAAAAAAAAAA")]
    public Task UnissuedNonce_IsRefused(string nonce) => AssertRefusedAsync(nonce);

    [Fact]
    public async Task NonceWithAnotherTime_IsRefused()
    {
        var nonce = await FetchNonceAsync();
        _hosts.Time.Advance(TimeSpan.FromSeconds(1));
        var later = await FetchNonceAsync();

        // The time of one with the code of the other.
        await AssertRefusedAsync(string.Concat(later.AsSpan(0, 11), nonce.AsSpan(11)));
    }

    private static string ReadNonce(HttpResponseMessage response) => Assert.Single(response.Headers.GetValues("DPoP-Nonce"));

    private async Task<string> FetchNonceAsync()
    {
        using var response = await Host.AskForClientTokenAsync(_key.Prove("POST", "/token"));
        return ReadNonce(response);
    }

    private async Task AssertRefusedAsync(string nonce)
    {
        using var response = await Host.AskForClientTokenAsync(_key.Prove("POST", "/token", nonce: nonce));

        Assert.Equal("use_dpop_nonce", await response.ReadOAuthErrorAsync(HttpStatusCode.BadRequest));
    }
}
