using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.DPoP;

/// <summary>Requests with DPoP proofs.</summary>
internal static class DPoPClient
{
    /// <summary>Sends a request with a token under any scheme, and any number of proofs.</summary>
    public static Task<HttpResponseMessage> SendWithProofsAsync(
        this GatehouseHost host, HttpMethod method, string path, string? authorization, HttpContent? content, params string[] proofs)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        foreach (var proof in proofs)
        {
            request.Headers.TryAddWithoutValidation("DPoP", proof);
        }

        return host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Reads the samples with a bound token.</summary>
    public static Task<HttpResponseMessage> ReadSamplesWithProofsAsync(this GatehouseHost host, string token, params string[] proofs) =>
        host.SendWithProofsAsync(HttpMethod.Get, "/samples", "DPoP " + token, content: null, proofs);

    /// <summary>Asks for a token of the test client.</summary>
    public static Task<HttpResponseMessage> AskForClientTokenAsync(this GatehouseHost host, params string[] proofs) =>
        host.PostFormWithProofsAsync(
            "/token",
            proofs,
            ("grant_type", "client_credentials"), ("client_id", GatehouseHost.ClientId), ("client_secret", GatehouseHost.ClientSecret));

    public static Task<HttpResponseMessage> RefreshAsync(this GatehouseHost host, string refreshToken, params string[] proofs) =>
        host.PostFormWithProofsAsync("/token", proofs, ("grant_type", "refresh_token"), ("refresh_token", refreshToken));

    public static Task<HttpResponseMessage> PostFormWithProofsAsync(this GatehouseHost host, string path, string[] proofs, params (string Name, string Value)[] fields) =>
        host.SendWithProofsAsync(
            HttpMethod.Post,
            path,
            authorization: null,
            new FormUrlEncodedContent(fields.Select(static field => KeyValuePair.Create(field.Name, field.Value))),
            proofs);

    /// <summary>Signs a user in whose name this is.</summary>
    public static Task<HttpResponseMessage> AuthenticateAsync(this GatehouseHost host, string name, params string[] proofs) =>
        host.SendWithProofsAsync(
            HttpMethod.Post, "/authenticate", authorization: null, JsonContent.Create(new { username = name, password = GatehouseHost.Password }), proofs);

    /// <summary>A token of the test client that is bound to a key.</summary>
    public static async Task<string> FetchBoundTokenAsync(this GatehouseHost host, ProofForge key, string? nonce = null)
    {
        using var response = await host.AskForClientTokenAsync(key.Prove("POST", "/token", nonce: nonce));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (await Hosting.Tokens.ReadAsync(response)).AccessToken;
    }
}
