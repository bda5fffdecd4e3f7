using System.Collections.Immutable;

namespace Gatehouse.Access;

/// <summary>The scopes (RFC 6749 §3.3) that Gatehouse's own functions require.</summary>
internal static class Scopes
{
    public const string ProductsRead = "products:read";
    public const string ProductsWrite = "products:write";
    public const string ProductsDelete = "products:delete";
    public const string UsersRead = "users:read";
    public const string UsersWrite = "users:write";
    public const string ClientsRead = "clients:read";
    public const string ClientsWrite = "clients:write";
    public const string TokensIntrospect = "tokens:introspect";

    /// <summary>Every scope above.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        ProductsRead, ProductsWrite, ProductsDelete,
        UsersRead, UsersWrite,
        ClientsRead, ClientsWrite,
        TokensIntrospect,
    ];
}
