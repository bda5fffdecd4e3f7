using Gatehouse.Keys;
using Gatehouse.Protection.Caching;
using Gatehouse.Protection.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using Moq;

namespace Gatehouse.Tests.Unit.Keys;

public sealed class KeysOptionsValidatorTests
{
    [Theory]
    [InlineData("https://my-vault.vault.azure.net")]
    [InlineData("https://localhost:8443/")]
    [InlineData("http://localhost:8080/")]
    [InlineData("http://127.0.0.1:8080/")]
    [InlineData("http://[::1]:8080/")]
    public void VaultUri_WithHttpsOrLoopback_IsAccepted(string uri)
    {
        Assert.Empty(Validate(new KeysOptions { VaultUri = new Uri(uri) }, Environments.Production));
    }

    [Theory]
    [InlineData("http://my-vault.vault.azure.net")]
    [InlineData("ftp://localhost/")]
    [InlineData("my-vault")]
    [InlineData("/secrets")]
    public void VaultUri_WithoutThem_IsRefused(string uri)
    {
        var failure = Assert.Single(Validate(new KeysOptions { VaultUri = new Uri(uri, UriKind.RelativeOrAbsolute) }, Environments.Development));

        Assert.Equal("Keys:VaultUri must be an absolute https URL (http only on loopback).", failure);
    }

    [Theory]
    [InlineData("Development", false)]
    [InlineData("Production", true)]
    [InlineData("Staging", true)]
    public void MissingVaultUri_IsAcceptedOnlyInDevelopment(string environment, bool isRefused)
    {
        var failures = Validate(new KeysOptions(), environment);

        Assert.Equal(isRefused, failures.Any(static failure => failure.StartsWith("Keys:VaultUri must be set", StringComparison.Ordinal)));
    }

    // An empty app setting, as local.settings.json files and deployment templates often contain.
    [Theory]
    [InlineData("Development", false)]
    [InlineData("Production", true)]
    public void EmptyVaultUri_CountsAsMissing(string environment, bool isRefused)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Keys:VaultUri", "")]).Build();
        using var services = new ServiceCollection().AddKeys(configuration).AddSingleton(Host(environment)).BuildServiceProvider();

        var refusal = Record.Exception(() => services.GetRequiredService<IOptions<KeysOptions>>().Value);

        if (isRefused)
        {
            Assert.StartsWith("Keys:VaultUri must be set", Assert.Single(Assert.IsType<OptionsValidationException>(refusal).Failures), StringComparison.Ordinal);
        }
        else
        {
            Assert.Null(refusal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("../key")]
    public void SecretName_ThatKeyVaultRefuses_IsRefused(string name)
    {
        Assert.Contains("Keys:SecretName", Assert.Single(Validate(new KeysOptions { SecretName = name }, Environments.Development)), StringComparison.Ordinal);
    }

    [Fact]
    public void ShortestAnnouncement_OutlastsInstances_Caches_AndVerifiers()
    {
        Assert.Equal(BaseConfigurationManager.DefaultRefreshInterval, KeysOptions.VerifierInterval);
        Assert.Equal(
            RequestDrivenCacheOptions.ForSecrets.WaitAfter + PublicDocument.MaxAge + PublicDocument.StaleWhileRevalidate + BaseConfigurationManager.DefaultRefreshInterval,
            KeysOptions.MinAnnouncement);
    }

    [Theory]
    [InlineData("00:00:00", true)]
    [InlineData("00:29:59", true)]
    [InlineData("00:30:00", false)]
    [InlineData("30.00:00:00", false)]
    [InlineData("30.00:00:01", true)]
    public void AnnounceFor_IsBetween30MinutesAnd30Days(string span, bool isRefused)
    {
        var failures = Validate(new KeysOptions { AnnounceFor = TimeSpan.Parse(span, System.Globalization.CultureInfo.InvariantCulture) }, Environments.Development);

        Assert.Equal(isRefused ? ["Keys:AnnounceFor must be between 00:30:00 and 30.00:00:00."] : [], failures);
    }

    [Fact]
    public void Folder_IsRequired_WithoutAVault()
    {
        Assert.Contains("Keys:Folder", Assert.Single(Validate(new KeysOptions { Folder = " " }, Environments.Development)), StringComparison.Ordinal);
        Assert.Empty(Validate(new KeysOptions { Folder = " ", VaultUri = new Uri("https://my-vault.vault.azure.net") }, Environments.Development));
    }

    private static IHostEnvironment Host(string environment) => Mock.Of<IHostEnvironment>(host => host.EnvironmentName == environment);

    private static string[] Validate(KeysOptions options, string environment) =>
        [.. new KeysOptionsValidator(Host(environment)).Validate(null, options).Failures ?? []];
}
