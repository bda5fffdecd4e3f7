using System.Net;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Issuers;

/// <summary>
/// Tokens in the shapes that providers write, and that differ from RFC 9068. Each goes to an instance that has verified the usual
/// tokens of its issuer before, and to one that starts after the token was issued.
/// </summary>
public sealed class OddTokenTests : IssuerTest
{
    private const string Machine = """{"iss":"https://issuer.example/","client_id":"a-client","aud":"https://api.example.com","scope":"samples:read","iat":IAT,"exp":EXP}""";

    /// <summary>The type in the header ("none" for no type), the claims, and the settings of the issuer.</summary>
    public static TheoryData<string, string, string, string> Shapes { get; } = new()
    {
        { "no type (Okta, PingOne, Kubernetes, Spring)", "none", Machine, "TokenTypes=at+jwt none" },
        { "the internal type of Okta", "application/okta-internal-at+jwt", Machine, "TokenTypes=at+jwt application/okta-internal-at+jwt" },
        { "at+jwt without sub (Duende)", "at+jwt", Machine, "" },
        { "exp as an exponent", "at+jwt", Machine.Replace("EXP", "1.7778996e9", StringComparison.Ordinal), "" },
        { "exp with a fraction", "at+jwt", Machine.Replace("EXP", "EXP.75", StringComparison.Ordinal), "" },
        { "auth_time as a string", "at+jwt", With("\"sub\":\"ada\",\"auth_time\":\"1700000000\""), "" },
        { "cnf null", "at+jwt", With("\"cnf\":null"), "" },
        { "nonce null", "JWT", With("\"nonce\":null"), "TokenTypes=at+jwt JWT" },
        { "no iat", "at+jwt", Machine.Replace("\"iat\":IAT,", "", StringComparison.Ordinal), "" },
        { "deep claims that are not read", "at+jwt", With("\"deep\":[[[[[[[[[[[[[[[[{}]]]]]]]]]]]]]]]]"), "" },
        {
            "roles below names with dots (Keycloak)",
            "at+jwt",
            With("\"resource_access\":{\"my.api\":{\"roles\":[\"samples:read\"]}}").Replace("\"scope\":\"samples:read\",", "", StringComparison.Ordinal),
            "ScopeClaims=scope resource_access.my.api.roles"
        },
        { "190 groups (Entra)", "JWT", With($"\"groups\":[{string.Join(',', Enumerable.Range(0, 190).Select(static _ => $"\"{Guid.NewGuid()}\""))}]"), "TokenTypes=at+jwt JWT" },
        {
            "no aud, but client_id (Cognito)",
            "none",
            With("\"token_use\":\"access\",\"sub\":\"u\"").Replace("\"aud\":\"https://api.example.com\",", "", StringComparison.Ordinal),
            "TokenTypes=at+jwt none|AudienceClaim=client_id|Audience=a-client"
        },
        {
            "nonce, scp and a foreign azp (B2C)",
            "JWT",
            With("\"sub\":\"s\",\"nonce\":\"638\",\"azp\":\"a-client\",\"scp\":\"samples:read\"").Replace("\"client_id\":\"a-client\",", "", StringComparison.Ordinal).Replace("\"scope\":\"samples:read\",", "", StringComparison.Ordinal),
            "TokenTypes=at+jwt JWT"
        },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task OddToken_IsAccepted_ByARunningAndByANewInstance(string shape, string type, string claims, string settings)
    {
        Assert.NotEmpty(shape);
        var pairs = settings.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(static setting => setting.Split('=')).Select(static pair => (pair[0], pair[1])).ToArray();
        var running = await StartAsync(pairs);
        await AssertStatusAsync(running, Issuer.CreateToken(), HttpStatusCode.OK);

        var token = Sign(type, claims);

        await AssertStatusAsync(running, token, HttpStatusCode.OK);
        await AssertStatusAsync(await StartAsync(pairs), token, HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("nbf", "\"soon\"")]
    [InlineData("nbf", "null")]
    [InlineData("cnf", "{}")]
    [InlineData("token_use", "\"id\"")]
    public async Task UnreadableNbfOrCnf_AndAnIdToken_AreRefused_ByBoth(string claim, string value)
    {
        var running = await StartAsync(("TokenTypes", "at+jwt none"));
        await AssertStatusAsync(running, Issuer.CreateToken(), HttpStatusCode.OK);

        var token = Sign("none", With($"\"{claim}\":{value}"));

        await AssertStatusAsync(running, token, HttpStatusCode.Unauthorized);
        await AssertStatusAsync(await StartAsync(("TokenTypes", "at+jwt none")), token, HttpStatusCode.Unauthorized);
    }

    private static string With(string member) => Machine[..^1] + "," + member + "}";

    // JsonObject would rewrite the numbers.
    private string Sign(string type, string claims)
    {
        var header = new JsonObject { ["alg"] = "RS256", ["kid"] = Issuer.Keys[0].Kid };
        if (type != "none")
        {
            header["typ"] = type;
        }

        var now = Time.GetUtcNow().ToUnixTimeSeconds();
        var content = claims.Replace("IAT", $"{now}", StringComparison.Ordinal).Replace("EXP", $"{now + 3600}", StringComparison.Ordinal);
        return TokenForge.Sign(header.ToJsonString(), content, signed => Issuer.Keys[0].Sign(signed, "RS256"));
    }
}
