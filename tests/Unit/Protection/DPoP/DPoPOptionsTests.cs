using Gatehouse.Access;
using Gatehouse.Protection;
using Gatehouse.Protection.DPoP;
using Gatehouse.Protection.Http;
using Gatehouse.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Unit.Protection.DPoP;

public sealed class DPoPOptionsTests
{
    private static readonly DPoPOptionsValidator Validator = CreateValidator("https://api.example.com");

    [Fact]
    public void RequireNonce_WithoutSigningKeys_IsRefused() =>
        Assert.StartsWith("Protection:DPoP:RequireNonce", Assert.Single(Validator.Validate(null, new DPoPOptions { RequireNonce = true }).Failures!), StringComparison.Ordinal);

    [Theory]
    [InlineData(nameof(DPoPOptions.RequiredForFunctions), "*")]
    [InlineData(nameof(DPoPOptions.RequiredForFunctions), "ListUsers")]
    [InlineData(nameof(DPoPOptions.RequiredForRoles), "admin")]
    [InlineData(nameof(DPoPOptions.RequireNonce), true)]
    public void RequiredProof_WithoutAPublicUrl_IsRefused(string setting, object value)
    {
        var options = new DPoPOptions();
        typeof(DPoPOptions).GetProperty(setting)!.SetValue(options, value);

        Assert.StartsWith($"Protection:DPoP:{setting} needs Protection:PublicUrl", Assert.Single(CreateValidator("", hasNonces: true).Validate(null, options).Failures!), StringComparison.Ordinal);
        options.PublicUrls = "https://api.example.com";
        Assert.True(CreateValidator("", hasNonces: true).Validate(null, options).Succeeded);
    }

    [Fact]
    public void Defaults_AreValid() => Assert.True(Validator.Validate(null, new DPoPOptions()).Succeeded);

    [Fact]
    public void KnownNames_AreValid() => Assert.True(Validator.Validate(null, new DPoPOptions
    {
        RequiredForFunctions = "ChangePassword, GetUser *",
        RequiredForRoles = "admin editor",
        PublicUrls = "https://api.example.com http://localhost:7071/base",
    }).Succeeded);

    [Theory]
    [InlineData(nameof(DPoPOptions.NonceLifetime), "00:00:29")]
    [InlineData(nameof(DPoPOptions.NonceLifetime), "01:00:01")]
    [InlineData(nameof(DPoPOptions.RememberedProofs), "999")]
    [InlineData(nameof(DPoPOptions.RememberedProofs), "10000001")]
    [InlineData(nameof(DPoPOptions.RememberedKeys), "-1")]
    [InlineData(nameof(DPoPOptions.RememberedKeys), "100001")]
    [InlineData(nameof(DPoPOptions.RequiredForFunctions), "GetUsers")]
    [InlineData(nameof(DPoPOptions.RequiredForFunctions), "Token")]
    [InlineData(nameof(DPoPOptions.RequiredForRoles), "owner")]
    [InlineData(nameof(DPoPOptions.PublicUrls), "http://api.example.com")]
    [InlineData(nameof(DPoPOptions.PublicUrls), "https://api.example.com?x")]
    [InlineData(nameof(DPoPOptions.PublicUrls), "api.example.com")]
    public void InvalidValue_IsReported(string setting, string value)
    {
        var options = new DPoPOptions();
        var property = typeof(DPoPOptions).GetProperty(setting)!;
        property.SetValue(options, System.ComponentModel.TypeDescriptor.GetConverter(property.PropertyType).ConvertFromInvariantString(value));

        var failure = Assert.Single(Validator.Validate(null, options).Failures!);

        Assert.StartsWith("Protection:DPoP:" + setting, failure, StringComparison.Ordinal);
    }

    private static DPoPOptionsValidator CreateValidator(string publicUrl, bool hasNonces = false)
    {
        var services = new ServiceCollection();
        if (hasNonces)
        {
            services.AddSingleton<INonceSource, ProofNonces>();
        }

        return new DPoPOptionsValidator(
            new FunctionCatalog([typeof(GatehouseBuilderExtensions).Assembly]),
            new Roles(Options.Create(new AuthorizationOptions())),
            services.BuildServiceProvider().GetRequiredService<IServiceProviderIsService>(),
            Options.Create(new ProtectionOptions { PublicUrl = publicUrl }));
    }
}
