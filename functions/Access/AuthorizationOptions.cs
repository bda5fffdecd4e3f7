namespace Gatehouse.Access;

/// <summary>Configuration section <c>Authorization</c>.</summary>
internal sealed class AuthorizationOptions
{
    public const string Section = "Authorization";

    /// <summary>
    /// The scopes that each role gives, separated by spaces; <c>*</c> stands for all that Gatehouse knows. Configured
    /// roles come on top of the defaults and replace those of the same name.
    /// Defaults to <c>viewer</c>: products:read, <c>editor</c>: products:read products:write, <c>admin</c>: *.
    /// </summary>
    public IDictionary<string, string> Roles { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["viewer"] = Scopes.ProductsRead,
        ["editor"] = $"{Scopes.ProductsRead} {Scopes.ProductsWrite}",
        ["admin"] = Scopes.Everything,
    };
}
