using System.Net;
using Gatehouse.Protection.Issuers;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Issuers;

/// <summary>A real OpenID provider, over real sockets, with real tokens: what no stand-in of ours could show.</summary>
public sealed class OidcProviderTests : GatehouseTest
{
    private OidcProvider _provider = null!;

    private protected override GatehouseHostOptions CreateOptions() => new() { Settings = _provider.Settings(), Time = new FakeTimeProvider(DateTimeOffset.UtcNow) };

    public override async ValueTask InitializeAsync()
    {
        _provider = await OidcProvider.StartAsync();

        // The provider's clock can't be turned; ours begins where it is.
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();

        if (_provider is not null)
        {
            await _provider.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("rs256-client")]
    [InlineData("es256-client")]
    public async Task Token_IsAccepted(string client)
    {
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(await _provider.GetTokenAsync(client)));
    }

    [Fact]
    public async Task KeysAddedWhileItRuns_AreFound()
    {
        var before = await _provider.GetTokenAsync();
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(before));

        await _provider.RotateAsync(published: 4);
        var after = await _provider.GetTokenAsync();

        Assert.NotEqual(KidOf(before), KidOf(after));
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(after));
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(before));
    }

    [Fact]
    public async Task KilledProvider_KnownKeysStayInUse_AndAreReadAgainWhenItReturns()
    {
        var remembered = await _provider.GetTokenAsync();
        var unseen = await _provider.GetTokenAsync();
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(remembered));
        await _provider.DisposeAsync();

        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(remembered));
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(unseen));
        var invented = TokenForge.Sign(
            $$"""{"alg":"RS256","typ":"at+jwt","kid":"invented"}""", $$"""{"iss":"{{_provider.Issuer.OriginalString}}"}""", static _ => [1]);
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(invented));

        // Back with keys that nobody has seen, as after a disaster.
        _provider = await OidcProvider.StartAsync(_provider.Issuer.Port);
        Host.Time.Advance(IssuerKeySource.UnknownKeyInterval);
        Assert.Equal(HttpStatusCode.OK, await Host.TryTokenAsync(await _provider.GetTokenAsync()));
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.TryTokenAsync(remembered));
    }

    private static string KidOf(string token) => new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(token).Kid;
}
