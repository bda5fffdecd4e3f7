using Microsoft.Extensions.Options;

namespace Gatehouse.Protection.Http;

/// <summary>Stops the start when section <c>Http</c> holds an impossible value, naming it and its range.</summary>
internal sealed class HttpOptionsValidator : IValidateOptions<HttpOptions>
{
    public ValidateOptionsResult Validate(string? name, HttpOptions options) => options switch
    {
        { ProxiesInFront: < 0 or > 5 } => ValidateOptionsResult.Fail("Http:ProxiesInFront must be between 0 and 5."),
        { ProxiesInFront: > 0, TrustForwardedFor: false } =>
            ValidateOptionsResult.Fail("Http:ProxiesInFront counts entries of X-Forwarded-For, so Http:TrustForwardedFor must be true with it."),
        _ => ValidateOptionsResult.Success,
    };
}
