using Gatehouse.Protection;
using Gatehouse.Tokens;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Unit.Protection;

/// <summary>Reads section <c>Protection</c> as the app does, bound by the app's registration and validated.</summary>
internal static class TrustedIssuerReader
{
    /// <exception cref="OptionsValidationException">The app would not start.</exception>
    public static ProtectionOptions Read(IEnumerable<KeyValuePair<string, string?>> settings) =>
        Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());

    /// <exception cref="OptionsValidationException">The app would not start.</exception>
    public static ProtectionOptions Read(IConfiguration configuration)
    {
        var services = new ServiceCollection().AddSingleton(configuration).AddProtection(configuration);
        if (TokensOptions.AreEnabled(configuration))
        {
            services.AddTokens(configuration);
        }

        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<ProtectionOptions>>().Value;
    }
}
