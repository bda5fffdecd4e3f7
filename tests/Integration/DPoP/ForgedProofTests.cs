using System.Net;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.DPoP;

/// <summary>A host, a token that is bound to a key, and proofs for it that are right but for one thing.</summary>
public abstract class ForgedProofTests(SharedHost shared) : GatehouseTest(shared), IClassFixture<SharedHost>
{
    private protected ProofForge Key { get; private set; } = null!;

    private protected string Token { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Key = new ProofForge(Host);
        Token = await Host.FetchBoundTokenAsync(Key);
    }

    public override async ValueTask DisposeAsync()
    {
        Key.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected override GatehouseHostOptions CreateOptions() => new() { HasClientSecret = true };

    private protected JsonObject Claims() => Key.Claims("GET", "/samples", Token);

    private protected string WithHeader(string member, JsonNode? value) => Key.Sign(Changed(Key.Header(), member, value), Claims());

    private protected string WithClaim(string claim, JsonNode? value) => Key.Sign(Key.Header(), Changed(Claims(), claim, value));

    private static JsonObject Changed(JsonObject target, string name, JsonNode? value)
    {
        target.Remove(name);
        if (value is not null)
        {
            target[name] = value;
        }

        return target;
    }

    private protected async Task AssertRejectedAsync(string reason, params string[] proofs)
    {
        using var response = await Host.ReadSamplesWithProofsAsync(Token, proofs);

        var problem = await response.ReadProblemAsync(HttpStatusCode.Unauthorized, "invalid-dpop-proof");
        Assert.Contains(reason, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        var challenge = Assert.Single(response.Headers.GetValues("WWW-Authenticate"));
        Assert.StartsWith($"DPoP realm=\"{GatehouseHost.Audience}\", error=\"invalid_dpop_proof\", error_description=\"", challenge, StringComparison.Ordinal);
        Assert.EndsWith($", algs=\"ES256 PS256 RS256\", resource_metadata=\"{GatehouseHost.Issuer}/.well-known/oauth-protected-resource\"", challenge, StringComparison.Ordinal);
    }
}
