using System.Net;
using System.Text.Json.Nodes;
using Gatehouse.Protection;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.Issuers;

/// <summary>Tokens without <c>sub</c>, which some providers give to machines.</summary>
public sealed class MissingSubjectTests : IssuerTest
{
    [Fact]
    public async Task TokenWithoutSubject_BelongsToItsClient_NotToAUserOfThatName()
    {
        var host = await StartAsync();
        var verifier = host.Services.GetRequiredService<TokenVerifier>();
        var machine = (await verifier.VerifyAsync(Issuer.CreateToken(static claims => claims.Remove("sub")), TestContext.Current.CancellationToken)).Caller!;
        var user = (await verifier.VerifyAsync(Issuer.CreateToken(static claims => claims["sub"] = "a-client"), TestContext.Current.CancellationToken)).Caller!;

        Assert.Equal(("a-client", true), (machine.Subject, machine.SubjectIsClient));
        Assert.Equal(("a-client", false), (user.Subject, user.SubjectIsClient));
        Assert.Equal($"client:{Issuer.Name}#a-client", machine.QualifiedSubject);
        Assert.NotEqual(user.QualifiedSubject, machine.QualifiedSubject);
        await AssertStatusAsync(host, Issuer.CreateToken(static claims => claims["sub"] = null), HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("sid", "\"s\"")]
    [InlineData("auth_time", "1700000000")]
    [InlineData("amr", "[\"pwd\"]")]
    public async Task TokenOfAPersonWithoutSubject_IsRefused(string claim, string value)
    {
        var host = await StartAsync();
        var token = Issuer.CreateToken(claims =>
        {
            claims.Remove("sub");
            claims[claim] = JsonNode.Parse(value);
        });

        await AssertRefusedAsync(host, token, "lacks a claim");
    }
}
