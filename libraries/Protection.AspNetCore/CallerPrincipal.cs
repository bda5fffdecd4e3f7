using System.Security.Claims;

namespace Gatehouse.Protection.AspNetCore;

/// <summary>The caller as ASP.NET Core knows users, with the claims of the token under their own names (RFC 9068 §2.2).</summary>
internal static class CallerPrincipal
{
    private const string Subject = "sub";
    private const string Role = "roles";

    /// <summary>A principal with one claim for each scope and each role. Its name is the subject.</summary>
    public static ClaimsPrincipal Of(Caller caller)
    {
        var identity = new ClaimsIdentity(caller.ProofKeyThumbprint is null ? "Bearer" : "DPoP", Subject, Role);
        Add("iss", caller.TrustedIssuer);

        // A user may have the id of a client as sub.
        Add(Subject, caller.SubjectIsClient ? null : caller.Subject);
        Add("client_id", caller.ClientId);
        Add("jti", caller.TokenId);
        Add("sid", caller.SessionId);
        Add("acr", caller.AuthenticationContext);
        foreach (var method in caller.AuthenticationMethods)
        {
            Add("amr", method);
        }

        foreach (var scope in caller.Scopes.Items)
        {
            Add("scope", scope);
        }

        foreach (var role in caller.Roles)
        {
            Add(Role, role);
        }

        return new ClaimsPrincipal(identity);

        void Add(string type, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                identity.AddClaim(new Claim(type, value));
            }
        }
    }
}
