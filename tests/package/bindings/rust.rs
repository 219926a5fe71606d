// SPDX-License-Identifier: MIT
//! Maps pages of a table through the binding and the recipe of the cookbook. The layouts that bindgen
//! expects of types are tested besides.
#![allow(non_camel_case_types, non_snake_case, non_upper_case_globals, dead_code)]

include!(env!("BINDING"));
include!(env!("RECIPE"));

use std::ffi::c_void;
use std::ptr::{addr_of_mut, null_mut};

const FRAMES: usize = 16;
const FRAME: usize = PT64_SIZE_4K as usize;

#[repr(C, align(4096))]
struct Memory([[u8; FRAME]; FRAMES]);

static mut MEMORY: Memory = Memory([[0; FRAME]; FRAMES]);

/// Physical addresses count from 0. The context counts the frames that are in use.
#[no_mangle]
extern "C" fn kernel_alloc_frame(ctx: *mut c_void, bytes: usize) -> pt64_paddr_t {
    let used = unsafe { &mut *ctx.cast::<usize>() };
    if bytes != FRAME || *used == FRAMES {
        return PT64_NO_FRAME;
    }
    *used += 1;
    ((*used - 1) * FRAME) as pt64_paddr_t
}

#[no_mangle]
extern "C" fn kernel_free_frame(_ctx: *mut c_void, _frame: pt64_paddr_t, _bytes: usize) {}

#[no_mangle]
extern "C" fn kernel_phys_to_virt(_ctx: *mut c_void, frame: pt64_paddr_t) -> *mut c_void {
    if frame as usize >= FRAMES * FRAME {
        return null_mut();
    }
    unsafe { addr_of_mut!(MEMORY).cast::<u8>().add(frame as usize).cast() }
}

#[test]
fn maps_and_unmaps_a_page() {
    const TOP: pt64_vaddr_t = 0xffff_8000_0020_0000;
    let page_at = TOP - PT64_SIZE_4K;
    let mut used = 0usize;
    let mut table = MaybeUninit::uninit();
    let mut page = MaybeUninit::uninit();

    unsafe {
        assert_eq!(space_create(table.as_mut_ptr(), addr_of_mut!(used).cast()), PT64_OK);
        let mut table = table.assume_init();

        assert_eq!(map_stack(&mut table, TOP, PT64_SIZE_2M), PT64_OK);
        assert_eq!(map_stack(&mut table, TOP, PT64_SIZE_2M), PT64_ALREADY_MAPPED);
        assert_eq!(map_stack(&mut table, TOP, PT64_SIZE_2M + 1), PT64_NOT_ALIGNED);
        assert_eq!(used, 4);

        assert_eq!(space_query(&table, page_at + 5, page.as_mut_ptr()), PT64_OK);
        let page = page.assume_init();
        assert_eq!(page.vaddr, page_at);
        assert_eq!(page.paddr, PT64_SIZE_2M);
        assert_eq!(page.size, PT64_SIZE_4K);
        assert_eq!(page.flags & PT64_PERMISSIONS, PT64_READ | PT64_WRITE);

        let removed = change(&mut table, |guard| space_unmap(guard, page_at, null_mut()));
        assert_eq!(removed, PT64_OK);
        assert_eq!(space_translate(&table, page_at, &mut 0), PT64_NOT_MAPPED);
        space_destroy(&mut table);
        assert_eq!(space_root(&table), PT64_NO_FRAME);
    }
}
