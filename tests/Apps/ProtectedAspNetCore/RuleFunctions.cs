using Gatehouse.Protection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace Gatehouse.Tests.Apps.ProtectedAspNetCore;

/// <summary>A function for each access rule.</summary>
public sealed class RuleFunctions
{
    [Function("Forgotten")]
    public IActionResult Forgotten([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "rules/forgotten")] HttpRequest request) => new OkResult();

    [Function("Open")]
    [AllowAnonymous]
    public IActionResult Open([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", "options", Route = "rules/open")] HttpRequest request) =>
        new OkObjectResult(new { request.HttpContext.User.Identity?.IsAuthenticated });

    [Function("AnyToken")]
    [Authorize]
    public IActionResult AnyToken([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "rules/any-token")] HttpRequest request, FunctionContext context)
    {
        var user = request.HttpContext.User;
        return new OkObjectResult(new
        {
            user.Identity!.Name,
            user.Identity.AuthenticationType,
            Scopes = user.FindAll("scope").Select(static claim => claim.Value),
            IsAuditor = user.IsInRole("auditor"),
            IsOwner = user.IsInRole("owner"),
            Issuer = user.FindFirst("iss")?.Value,
            Client = user.FindFirst("client_id")?.Value,
            Caller = context.GetCaller().QualifiedSubject,
        });
    }

    [Function("TwoScopes")]
    [Authorize(Policy = "a:read")]
    [Authorize(Policy = "b:read")]
    public IActionResult TwoScopes([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "rules/two-scopes")] HttpRequest request) => new OkResult();

    [Function("Role")]
    [Authorize(Roles = "owner, auditor")]
    public IActionResult Role([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "rules/role")] HttpRequest request) => new OkResult();

    [Function("ScopeAndRole")]
    [Authorize(Policy = "a:read", Roles = "auditor")]
    public IActionResult ScopeAndRole([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "rules/scope-and-role")] HttpRequest request) => new OkResult();
}

/// <summary>A class that states the rule for all of its functions but one.</summary>
[Authorize(Policy = "class:read")]
public sealed class ClassRuleFunctions
{
    [Function("ClassRule")]
    public IActionResult ClassRule([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "rules/class")] HttpRequest request) => new OkResult();

    [Function("ClassOpen")]
    [AllowAnonymous]
    public IActionResult ClassOpen([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "rules/class-open")] HttpRequest request) => new OkResult();
}
