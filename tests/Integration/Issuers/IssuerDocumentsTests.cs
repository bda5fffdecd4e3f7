using System.Net;
using Gatehouse.Protection.Http;
using Gatehouse.Protection.Issuers;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Tests.Integration.Issuers;

/// <summary>Over a real socket, with the connections that the product makes: a provider that answers otherwise than it should.</summary>
public sealed class IssuerDocumentsTests : GatehouseTest
{
    private readonly List<string> _requests = [];
    private WebApplication _web = null!;
    private Func<HttpContext, Task> _answer = static _ => Task.CompletedTask;

    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        Settings = new Dictionary<string, string?>
        {
            ["Protection:TrustedIssuers:0:Authority"] = Authority,
            ["Protection:TrustedIssuers:0:Audience"] = StandInIssuer.Audience,
            ["Protection:TrustedIssuers:0:Scopes"] = "samples:read",
        },
    };

    public override async ValueTask InitializeAsync()
    {
        var builder = LoopbackServer.CreateBuilder();
        _web = builder.Build();
        _web.Run(context =>
        {
            _requests.Add(context.Request.Path);
            return _answer(context);
        });
        await _web.StartAsync();
        await base.InitializeAsync();
    }

    private string Authority => _web.Urls.First();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _web.DisposeAsync();
    }

    [Fact]
    public async Task Redirect_IsNotFollowed()
    {
        _answer = static context =>
        {
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };

        await AssertUnavailableAsync();
        Assert.Equal(["/.well-known/openid-configuration"], _requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OversizedDocument_IsNotRead(bool saysItsLength)
    {
        var document = $$"""{"issuer":"{{Authority}}","jwks_uri":"{{Authority}}/keys","padding":"{{new string('x', IssuerDocuments.MaxLength)}}"}""";
        _answer = async context =>
        {
            context.Response.ContentLength = saysItsLength ? document.Length : null;
            await context.Response.WriteAsync(document, context.RequestAborted);
        };

        await AssertUnavailableAsync();
        Assert.Equal(["/.well-known/openid-configuration"], _requests);
    }

    [Fact]
    public async Task ErrorWithADocument_IsAnError()
    {
        _answer = context =>
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return context.Response.WriteAsync($$"""{"issuer":"{{Authority}}","jwks_uri":"{{Authority}}/keys"}""");
        };

        await AssertUnavailableAsync();
        Assert.Equal(["/.well-known/openid-configuration"], _requests);
    }

    private async Task AssertUnavailableAsync()
    {
        var token = TokenForge.Sign("""{"alg":"RS256","typ":"at+jwt","kid":"one"}""", $$"""{"iss":"{{Authority}}"}""", static _ => [1]);
        using var response = await Host.ReadSamplesAsync(token);
        await response.ReadProblemAsync(HttpStatusCode.ServiceUnavailable, "unavailable");
    }
}
