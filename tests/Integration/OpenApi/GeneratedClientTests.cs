using System.Net.Http.Headers;
using Gatehouse.Tests.Client;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.OpenApi;

/// <summary>What a team does that takes openapi.json and a generator: tests/Client is made by NSwag in the build.</summary>
[DependsOnStorage]
public sealed class GeneratedClientTests : GatehouseTest
{
    private HttpClient _http = null!;
    private GatehouseClient _client = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        Settings = new Dictionary<string, string?> { ["Clients:0:Scopes"] = "products:read products:write products:delete" },
    };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _http = new HttpClient(Host.CreateHandler()) { BaseAddress = Host.Client.BaseAddress };
        _client = new GatehouseClient(_http);
    }

    public override async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Person_SignsIn_AndReadsThePages()
    {
        await AddProductsAsync("Lamp", "Chair", "Desk");
        var vera = await Host.AddUserAsync("vera", "viewer");

        var tokens = (await _client.AuthenticateAsync(new Credentials { Username = "vera", Password = GatehouseHost.Password }, cancellationToken: Cancellation)).Result;
        UseToken(tokens.Access_token);
        var first = (await _client.ListProductsAsync(pageSize: 2, cancellationToken: Cancellation)).Result;
        var second = (await _client.ListProductsAsync(pageSize: 2, cursor: first.NextCursor, cancellationToken: Cancellation)).Result;
        var me = (await _client.MeAsync(cancellationToken: Cancellation)).Result;

        Assert.Equal(["Chair", "Desk", "Lamp"], first.Items.Concat(second.Items).Select(static product => product.Name).Order());
        Assert.Null(second.NextCursor);
        Assert.Equal((vera.Id, "viewer"), (me.Sub, Assert.Single(me.Roles!)));
    }

    [Fact]
    public async Task Person_RefreshesTheSession_UntilSigningOut()
    {
        await Host.AddUserAsync("vera", "viewer");
        var tokens = (await _client.AuthenticateAsync(new Credentials { Username = "vera", Password = GatehouseHost.Password }, cancellationToken: Cancellation)).Result;

        var refreshed = (await _client.TokenAsync(
            new TokenRequest { Grant_type = TokenRequestGrant_type.Refresh_token, Refresh_token = tokens.Refresh_token },
            cancellationToken: Cancellation)).Result;
        UseToken(refreshed.Access_token);
        var signedOut = await _client.LogoutAsync(cancellationToken: Cancellation);

        Assert.Equal(204, signedOut.StatusCode);
        Assert.NotEqual(tokens.Refresh_token, refreshed.Refresh_token);
        await Assert.ThrowsAsync<ApiException<Problem>>(() => _client.MeAsync(cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Machine_AddsAProduct_AndChangesIt()
    {
        await SignInAsClientAsync();

        var created = await _client.CreateProductAsync(Input("Lamp"), cancellationToken: Cancellation);
        var etag = Assert.Single(created.Headers["ETag"]);
        var replaced = await _client.ReplaceProductAsync(created.Result.Id, etag, Input("Brighter lamp"), cancellationToken: Cancellation);
        var stale = await Assert.ThrowsAsync<ApiException<Problem>>(() => _client.DeleteProductAsync(created.Result.Id, etag, cancellationToken: Cancellation));
        await _client.DeleteProductAsync(created.Result.Id, Assert.Single(replaced.Headers["ETag"]), cancellationToken: Cancellation);

        Assert.Equal("Brighter lamp", replaced.Result.Name);
        Assert.Equal(412, stale.StatusCode);
        var gone = await Assert.ThrowsAsync<ApiException<Problem>>(() => _client.GetProductAsync(created.Result.Id, cancellationToken: Cancellation));
        Assert.Equal(404, gone.Result.Status);
    }

    [Fact]
    public async Task Refusals_AreTheTypesThatTheDocumentNames()
    {
        await SignInAsClientAsync();

        var field = await Assert.ThrowsAsync<ApiException<Problem>>(() => _client.CreateProductAsync(Input(""), cancellationToken: Cancellation));
        var client = await Assert.ThrowsAsync<ApiException<OAuthError>>(() => _client.TokenAsync(
            new TokenRequest { Grant_type = TokenRequestGrant_type.Client_credentials, Client_id = GatehouseHost.ClientId, Client_secret = "wrong" },
            cancellationToken: Cancellation));

        Assert.Contains("name", field.Result.Errors!.Keys);
        Assert.Equal(401, client.StatusCode);
        Assert.Equal("invalid_client", client.Result.Error.ToString(), ignoreCase: true);
    }

    private static ProductInput Input(string name) => new() { Name = name, Category = "home", Price = 12.5, Currency = "EUR" };

    private async Task AddProductsAsync(params string[] names)
    {
        await SignInAsClientAsync();
        foreach (var name in names)
        {
            await _client.CreateProductAsync(Input(name), cancellationToken: Cancellation);
        }
    }

    private async Task SignInAsClientAsync()
    {
        await Host.AddClientSecretAsync();
        var token = await _client.TokenAsync(
            new TokenRequest { Grant_type = TokenRequestGrant_type.Client_credentials, Client_id = GatehouseHost.ClientId, Client_secret = GatehouseHost.ClientSecret },
            cancellationToken: Cancellation);
        UseToken(token.Result.Access_token);
    }

    private void UseToken(string token) => _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
}
