using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Gatehouse.Tests.Apps.ProtectedAspNetCore;

/// <summary>A trigger other than HTTP. The attribute is its own, so that no extension of the Functions host is needed.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class NoteTriggerAttribute : TriggerBindingAttribute;

/// <summary>An output beside the HTTP answer.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NoteOutputAttribute : OutputBindingAttribute;

/// <summary>The outputs of a function.</summary>
public sealed class NoteOutputs
{
    [NoteOutput]
    public string? Note { get; init; }

    [HttpResult]
    public IActionResult? Answer { get; init; }
}

/// <summary>A function with several outputs, and one with another trigger.</summary>
public sealed class NoteFunctions
{
    [Function("PostNote")]
    [Authorize]
    public NoteOutputs Post([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "notes")] HttpRequest request) =>
        request.Query.ContainsKey("fail")
            ? throw new InvalidOperationException("The password is hunter2.")
            : new NoteOutputs { Note = "a note", Answer = new AcceptedResult() };

    [Function("OnNote")]
    public string OnNote([NoteTrigger] string note) => $"noted: {note}";
}
