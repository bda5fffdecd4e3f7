using System.Text.Json.Serialization;
using Gatehouse.Access;
using Gatehouse.OpenApi;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Users;

/// <summary>Lists the roles that users can have.</summary>
[RequiresService(typeof(UserAdministration))]
internal sealed class ListRolesFunction(Roles roles)
{
    /// <summary>List the roles</summary>
    /// <remarks>The roles of <c>Authorization:Roles</c>, in the order of their names, each with the scopes that it grants.</remarks>
    [Function("ListRoles")]
    [Authorize(Policy = Scopes.UsersRead)]
    [Operation("Users")]
    [Answer<RoleListDocument>(200, "The roles.")]
    public Task<HttpResponseData> Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "roles")] HttpRequestData request) =>
        request.JsonAsync(
            new RoleListDocument([.. roles.Names.Select(name => new RoleDocument(name, roles.ScopesOf([name]).Items))]),
            RolesJsonContext.Default.RoleListDocument);
}

/// <summary>A role.</summary>
/// <param name="Name">The name of the role.</param>
/// <param name="Scopes">The scopes that it grants.</param>
internal sealed record RoleDocument(string Name, IReadOnlyList<string> Scopes);

/// <summary>The roles.</summary>
/// <param name="Items">The roles.</param>
/// <example>{"items": [{"name": "editor", "scopes": ["products:read", "products:write"]}, {"name": "viewer", "scopes": ["products:read"]}]}</example>
internal sealed record RoleListDocument(IReadOnlyList<RoleDocument> Items);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RoleListDocument))]
internal sealed partial class RolesJsonContext : JsonSerializerContext;
