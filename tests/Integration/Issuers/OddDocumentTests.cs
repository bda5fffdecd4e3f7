using System.Net;
using System.Text.Json.Nodes;
using Gatehouse.Protection.Issuers;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Issuers;

/// <summary>
/// Discovery documents and key sets with members that the standards do not allow. Each case runs in an instance that starts
/// after the document was published, and in one that ran before.
/// </summary>
public sealed class OddDocumentTests : IssuerTest
{
    [Theory]
    [InlineData("response_modes_supported", "\"query\"")]
    [InlineData("scopes_supported", "null")]
    [InlineData("claims_parameter_supported", "\"true\"")]
    [InlineData("token_endpoint", "17")]
    [InlineData("mtls_endpoint_aliases", "[[[[[[[[[[{}]]]]]]]]]]")]
    public async Task OddMemberOfTheDiscoveryDocument_IsIgnored(string member, string value)
    {
        var running = await StartWithKnownKeysAsync();
        Issuer.Discovery[member] = JsonNode.Parse(value);

        await AssertNewKeyIsKnownAsync(running, IssuerKey.OtherRsa());
    }

    [Theory]
    [InlineData("key_ops", "\"sign\"")]
    [InlineData("key_ops", "17")]
    [InlineData("x5c", "\"MIIC\"")]
    [InlineData("kid", "17")]
    [InlineData("use", "[\"sig\"]")]
    [InlineData("alg", "17")]
    [InlineData("n", "null")]
    [InlineData("n", "\"not base64url\"")]
    [InlineData("e", "17")]
    [InlineData("kty", "\"OKP\"")]
    [InlineData("kty", "null")]
    public async Task OddKeyInTheKeySet_LeavesTheOthersInUse(string member, string value)
    {
        var running = await StartWithKnownKeysAsync();
        var odd = IssuerKey.Rsa("odd").ToJwk();
        odd[member] = JsonNode.Parse(value);
        var key = IssuerKey.OtherRsa();
        PublishKeys(odd, key.ToJwk());

        await AssertNewKeyIsKnownAsync(running, key);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"key\"")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQ\",\"y\":\"AQ\",\"kid\":\"off-the-curve\"}")]
    [InlineData("{\"\\ud800\":1}")]
    public async Task EntryThatIsNoKey_LeavesTheOthersInUse(string entry)
    {
        var running = await StartWithKnownKeysAsync();
        var key = IssuerKey.OtherRsa();
        Network.Publish(Issuer.KeysAddress, () => $$"""{"keys":[{{entry}},{{key.ToJwk().ToJsonString()}}]}""");

        await AssertNewKeyIsKnownAsync(running, key);
    }

    [Theory]
    [InlineData("x5c", "\"MIIC\"")]
    [InlineData("key_ops", "\"verify\"")]
    [InlineData("key_ops", "null")]
    [InlineData("use", "null")]
    [InlineData("alg", "null")]
    public async Task KeyWithAnOddButHarmlessMember_IsUsed(string member, string value)
    {
        var running = await StartWithKnownKeysAsync();
        var key = IssuerKey.OtherRsa();
        var odd = key.ToJwk();
        odd[member] = JsonNode.Parse(value);
        PublishKeys(odd);

        await AssertNewKeyIsKnownAsync(running, key);
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("ES256")]
    public async Task SeveralKeysUnderOneId_TheOneForTheAlgorithmVerifies(string algorithm)
    {
        var running = await StartWithKnownKeysAsync(("Algorithms", "RS256 RS384 RS512 ES256"));
        IssuerKey[] keys = [IssuerKey.Rsa("same", "RS512"), IssuerKey.Rsa("same", "RS384"), IssuerKey.OtherRsa("same", algorithm: "RS256"), IssuerKey.Ec("same")];
        PublishKeys([.. keys.Select(static key => key.ToJwk())]);
        var key = keys.Single(key => (key.PublishedAlgorithm ?? "ES256") == algorithm);
        var fresh = await StartAsync(("Algorithms", "RS256 RS384 RS512 ES256"));

        foreach (var host in new[] { running, fresh })
        {
            await AssertStatusAsync(host, Issuer.CreateToken(key: key, algorithm: algorithm), HttpStatusCode.OK);
            await AssertRefusedAsync(host, Issuer.CreateToken(key: key, algorithm: "PS256"), "another algorithm than that of its key");
        }
    }

    [Fact]
    public async Task NewAlgorithmUnderAKnownId_IsFound()
    {
        Issuer.Keys[0] = IssuerKey.Rsa("same", "RS256");
        var running = await StartWithKnownKeysAsync();
        Issuer.Keys.Add(IssuerKey.Ec("same"));

        await AssertStatusAsync(running, Issuer.CreateToken(key: Issuer.Keys[1], algorithm: "ES256"), HttpStatusCode.OK);
    }

    [Fact]
    public async Task TokenWithoutKeyId_TheOnlyKeyThatFitsVerifies()
    {
        Issuer.Keys.Add(IssuerKey.Ec());
        var running = await StartWithKnownKeysAsync();
        var token = Issuer.CreateToken(changeHeader: static header => header.Remove("kid"));

        await AssertStatusAsync(running, token, HttpStatusCode.OK);
        await AssertStatusAsync(running, token, HttpStatusCode.OK);
        await AssertStatusAsync(await StartAsync(), token, HttpStatusCode.OK);
        await AssertRefusedAsync(running, Issuer.CreateToken(key: IssuerKey.OtherRsa(), changeHeader: static header => header.Remove("kid")), "signature of the access token is wrong");
    }

    [Fact]
    public async Task KeySetWithoutIds_VerifiesTokensWithoutId()
    {
        var jwk = Issuer.Keys[0].ToJwk();
        jwk.Remove("kid");
        PublishKeys(jwk);
        var host = await StartAsync();

        await AssertStatusAsync(host, Issuer.CreateToken(changeHeader: static header => header.Remove("kid")), HttpStatusCode.OK);
    }

    [Fact]
    public async Task KeySetUrlOfTheSettings_IsReadWithoutDiscovery()
    {
        var running = await StartAsync(("Authority", ""), ("JwksUri", Issuer.KeysAddress));
        await AssertStatusAsync(running, Issuer.CreateToken(), HttpStatusCode.OK);
        Issuer.Keys[0] = IssuerKey.OtherRsa();

        await AssertStatusAsync(running, Issuer.CreateToken(), HttpStatusCode.OK);
        await AssertStatusAsync(await StartAsync(("Authority", ""), ("JwksUri", Issuer.KeysAddress)), Issuer.CreateToken(), HttpStatusCode.OK);
        Assert.Equal([Issuer.KeysAddress, Issuer.KeysAddress, Issuer.KeysAddress], Network.Requests);
    }

    [Fact]
    public async Task IssuerOfTheDocument_MayDifferFromThatOfTheTokens_ByTheSettings()
    {
        Issuer.Discovery["issuer"] = "https://adfs.example/adfs";
        Issuer.Discovery["access_token_issuer"] = Issuer.Name;
        var running = await StartWithKnownKeysAsync(("DocumentIssuer", "https://adfs.example/adfs"));
        Issuer.Keys[0] = IssuerKey.OtherRsa();

        await AssertStatusAsync(running, Issuer.CreateToken(), HttpStatusCode.OK);
        await AssertStatusAsync(await StartAsync(("DocumentIssuer", "https://adfs.example/adfs")), Issuer.CreateToken(), HttpStatusCode.OK);
        await AssertRefusedAsync(running, Issuer.CreateToken(static claims => claims["iss"] = "https://adfs.example/adfs"), "comes from another issuer");
    }

    [Fact]
    public async Task NewKey_AfterAFloodOfInventedKeyIds_IsKnownWithinThirtySeconds()
    {
        var host = await StartWithKnownKeysAsync();
        for (var i = 0; i < 20; i++)
        {
            await AssertRefusedAsync(host, Issuer.CreateToken(changeHeader: header => header["kid"] = $"invented-{i}"), "signed with an unknown key");
        }

        Issuer.Keys[0] = IssuerKey.OtherRsa();
        Time.Advance(TimeSpan.FromSeconds(30));

        await AssertStatusAsync(host, Issuer.CreateToken(), HttpStatusCode.OK);
        Assert.Equal(TimeSpan.FromSeconds(30), IssuerKeySource.UnknownKeyInterval);
    }

    private async Task<GatehouseHost> StartWithKnownKeysAsync(params (string Name, string Value)[] settings)
    {
        var host = await StartAsync(settings);
        await AssertStatusAsync(host, Issuer.CreateToken(), HttpStatusCode.OK);
        return host;
    }

    private void PublishKeys(params JsonObject[] keys) =>
        Network.Publish(Issuer.KeysAddress, () => new JsonObject { ["keys"] = new JsonArray([.. keys.Select(static key => key.DeepClone())]) }.ToJsonString());

    // The last key of the set is the new one; the issuer signs with it from now on.
    private async Task AssertNewKeyIsKnownAsync(GatehouseHost running, IssuerKey key)
    {
        if (!Issuer.Keys.Contains(key))
        {
            Issuer.Keys.Add(key);
        }

        await AssertStatusAsync(running, Issuer.CreateToken(key: key), HttpStatusCode.OK);
        await AssertStatusAsync(await StartAsync(), Issuer.CreateToken(key: key), HttpStatusCode.OK);
    }
}
