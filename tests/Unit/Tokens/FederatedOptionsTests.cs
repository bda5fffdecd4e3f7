using Gatehouse.Tokens;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Unit.Tokens;

public sealed class FederatedOptionsTests
{
    [Fact]
    public void Validate_IssuerAndSubject_AreEnough() => Assert.Empty(FaultsOf(new FederatedOptions { Issuer = "https://issuer.example", Subject = "workload" }));

    [Fact]
    public void Validate_IssuerWithoutAUrl_IsAccepted_WithJwksUri() =>
        Assert.Empty(FaultsOf(new FederatedOptions { Issuer = "kubernetes/serviceaccount", JwksUri = new Uri("https://keys.example/jwks"), Subject = "workload" }));

    [Theory]
    [InlineData("")]
    [InlineData("http://issuer.example")]
    [InlineData("https://issuer.example/?tenant=1")]
    [InlineData("kubernetes/serviceaccount")]
    public void Validate_IssuerThatIsNoSafeUrl_IsAFault(string issuer) =>
        Assert.Contains("Clients:0:Federated:Issuer must be the iss", Assert.Single(FaultsOf(new FederatedOptions { Issuer = issuer, Subject = "workload" })), StringComparison.Ordinal);

    [Theory]
    [InlineData("http://keys.example/jwks")]
    [InlineData("ftp://keys.example/jwks")]
    public void Validate_JwksUriThatIsNotSafe_IsAFault(string url) =>
        Assert.StartsWith("Clients:0:Federated:JwksUri must be", Assert.Single(FaultsOf(new FederatedOptions { Issuer = "issuer", JwksUri = new Uri(url), Subject = "workload" })), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("repo:your-org/*")]
    public void Validate_SubjectThatIsMissingOrHasAWildcard_IsAFault(string subject) =>
        Assert.StartsWith("Clients:0:Federated:Subject must be the exact sub", Assert.Single(FaultsOf(new FederatedOptions { Issuer = "https://issuer.example", Subject = subject })), StringComparison.Ordinal);

    [Fact]
    public void Validate_ClaimWithoutAValue_IsAFault() =>
        Assert.StartsWith("Clients:0:Federated:Claims must", Assert.Single(FaultsOf(new FederatedOptions { Issuer = "https://issuer.example", Subject = "workload", Claims = { ["ref"] = "" } })), StringComparison.Ordinal);

    [Theory]
    [InlineData("00:00:59")]
    [InlineData("2.00:00:01")]
    public void Validate_MaxLifetimeOutOfRange_IsAFault(string lifetime) =>
        Assert.Equal(
            "Clients:0:Federated:MaxLifetime must be between 00:01:00 and 2.00:00:00.",
            Assert.Single(FaultsOf(new FederatedOptions { Issuer = "https://issuer.example", Subject = "workload", MaxLifetime = TimeSpan.Parse(lifetime, System.Globalization.CultureInfo.InvariantCulture) })));

    [Fact]
    public void Validate_SecretBesideAnIdentity_IsAFault() =>
        Assert.StartsWith("Clients:0 must have exactly one of", Assert.Single(FaultsOf(new FederatedOptions { Issuer = "https://issuer.example", Subject = "workload" }, "importer")), StringComparison.Ordinal);

    private static IEnumerable<string> FaultsOf(FederatedOptions identity, string secretName = "")
    {
        var options = new ClientsOptions { Clients = { new ClientOptions { Id = "importer", Scopes = "users:read", SecretName = secretName, Federated = identity } } };
        return new ClientsOptionsValidator(Options.Create(new TokensOptions())).Validate(null, options).Failures ?? [];
    }
}
